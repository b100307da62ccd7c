// Games as JSON and as events. No torch in here.
#pragma once

#include "gannet/server/games.h"

namespace gannet::server {

// Puts the game's frame, real points or error into its output. Throws Error where it diverged.
void show_frame(OpenGame& game);
void show_reals(OpenGame& game);
void show_error(OpenGame& game);

}  // namespace gannet::server
