// train --resume: the weights that a new run starts from.
#pragma once

#include "gannet/models/model_file.h"
#include "gannet/runs/detail/open_session.h"
#include "gannet/runs/session.h"

namespace gannet {

// Token numbers of another tokenizer than the one in training are meaningless. Throws Error.
void check_tokenizer(const Metadata& metadata, const DatasetInfo& shape, const std::string& source);

// Copies the weights of config.run.resume into the session's networks: a network or state file, or
// a run (its newest state that opens, else the network that network_path() finds). Optimizers take
// their moments and steps where the file has them and all of the net's weights fit. With
// resume_partial, layers that fit by name and shape; else everything must. Tells the listener what
// was taken, and of a partial start what was not.
void start_from_weights(Session& session, ProgressListener& listener);

}  // namespace gannet
