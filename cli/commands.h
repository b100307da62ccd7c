// The subcommands, one file each. Each takes the arguments after its name and returns the exit
// status; failures are thrown.
#pragma once

#include "cli/command.h"

namespace gannet::cli {

int check_data(const Arguments& arguments);  // gannet data check
int run_bench(const Arguments& arguments);
int run_classifier(const Arguments& arguments);
int run_compare(const Arguments& arguments);
int run_data(const Arguments& arguments);
int run_detect(const Arguments& arguments);
int run_doctor(const Arguments& arguments);
int run_eval(const Arguments& arguments);
int run_export(const Arguments& arguments);
int run_reconstruct(const Arguments& arguments);
int run_fool(const Arguments& arguments);
int run_project(const Arguments& arguments);
int run_recipes(const Arguments& arguments);
int run_resume(const Arguments& arguments);
int run_runs(const Arguments& arguments);
int run_sample(const Arguments& arguments);
int run_serve(const Arguments& arguments);  // where Boost was there
int run_sweep(const Arguments& arguments);
int run_train(const Arguments& arguments);
void check_train(
    const Arguments& arguments);  // throws what run_train() would before its first step
int run_video(const Arguments& arguments);

}  // namespace gannet::cli
