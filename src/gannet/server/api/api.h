// The routes of the API, a file of this folder for each group.
#pragma once

#include <memory>
#include <vector>

#include "gannet/server/http/route.h"
#include "gannet/server/services.h"

namespace gannet::server {

class GameRooms;
class Trainings;
class Uploads;

using Routes = std::vector<Route>;

void add_health_routes(Routes& routes, Services& services);
void add_recipe_routes(Routes& routes, Services& services);
void add_run_routes(Routes& routes, Services& services,
                    const std::shared_ptr<Trainings>& trainings);
void add_network_routes(Routes& routes, Services& services);
void add_generate_routes(Routes& routes, Services& services);
void add_game_routes(Routes& routes, const std::shared_ptr<GameRooms>& rooms);
void add_training_routes(Routes& routes, const std::shared_ptr<Trainings>& trainings);
void add_dataset_routes(Routes& routes, const std::shared_ptr<Uploads>& uploads);
void add_picture_routes(Routes& routes, Services& services);  // interpolate, translate, neighbours
void add_judge_routes(Routes& routes, Services& services, const std::shared_ptr<Uploads>& uploads);
void add_quiz_routes(Routes& routes, Services& services);
void add_random_page(Routes& routes, Services& services);
// /api/openapi.json, of all routes that are there by then.
void add_openapi_route(Routes& routes);

}  // namespace gannet::server
