// The kernels by number. Lists of the kernels themselves make the table, so that a kernel without a
// run does not compile.

#include "../../../Sources/LigatureKernels/Kernels.h"
#include "Run.h"

#define LK_ENTRY(result, name, parameters, arguments) void eb_run_##name(EBRun *run);
#include "../../../Sources/LigatureKernels/EntryPoints.h"

void eb_run_random_block(EBRun *run);
void eb_run_copy(EBRun *run);
void eb_run_scatter_add(EBRun *run);
void eb_run_gather(EBRun *run);
void eb_run_select(EBRun *run);
void eb_run_fill(EBRun *run);
void eb_run_convert(EBRun *run);
void eb_run_integer_zip(EBRun *run);
void eb_run_scan(EBRun *run);
void eb_run_cumulative_extreme(EBRun *run);
void eb_run_argsort(EBRun *run);
void eb_run_search_sorted(EBRun *run);
void eb_run_take_along(EBRun *run);
void eb_run_put_along(EBRun *run);
void eb_run_sum_integers(EBRun *run);
void eb_run_solve(EBRun *run);
void eb_run_solve_triangular(EBRun *run);
void eb_run_cholesky(EBRun *run);
void eb_run_pivots(EBRun *run);
void eb_run_map(EBRun *run, LKMap op);
void eb_run_map_gradient(EBRun *run, LKMap op);
void eb_run_zip(EBRun *run, LKZip op);
void eb_run_reduce(EBRun *run, LKReduction op);

#define EB_ADAPT(family, Kind)                                      \
  static void family##_by_number(EBRun *run, int op) { eb_run_##family(run, (Kind)op); }
EB_ADAPT(map, LKMap)
EB_ADAPT(map_gradient, LKMap)
EB_ADAPT(zip, LKZip)
EB_ADAPT(reduce, LKReduction)

typedef struct Kernel {
  const char *name;
  void (*run)(EBRun *run);
  void (*family)(EBRun *run, int op);
  int op;
} Kernel;

static const Kernel kernels[] = {
#define LK_ENTRY(result, name, parameters, arguments) {#name, eb_run_##name, NULL, 0},
#include "../../../Sources/LigatureKernels/EntryPoints.h"
    {"random_block", eb_run_random_block, NULL, 0},
    {"copy", eb_run_copy, NULL, 0},
    {"scatter_add", eb_run_scatter_add, NULL, 0},
    {"gather", eb_run_gather, NULL, 0},
    {"select", eb_run_select, NULL, 0},
    {"fill", eb_run_fill, NULL, 0},
    {"convert", eb_run_convert, NULL, 0},
    {"integer zips", eb_run_integer_zip, NULL, 0},
    {"scan", eb_run_scan, NULL, 0},
    {"cumulative extreme", eb_run_cumulative_extreme, NULL, 0},
    {"argsort", eb_run_argsort, NULL, 0},
    {"search sorted", eb_run_search_sorted, NULL, 0},
    {"take along", eb_run_take_along, NULL, 0},
    {"put along", eb_run_put_along, NULL, 0},
    {"sum of integers", eb_run_sum_integers, NULL, 0},
    {"solve", eb_run_solve, NULL, 0},
    {"solve triangular", eb_run_solve_triangular, NULL, 0},
    {"cholesky", eb_run_cholesky, NULL, 0},
    {"pivots", eb_run_pivots, NULL, 0},
#define LK_MAP(KIND, name, y, reads, dx) {"map " #name, NULL, map_by_number, LK_##KIND},
#include "../../../Sources/LigatureKernels/Maps.h"
#define LK_MAP(KIND, name, y, reads, dx) \
  {"gradient of map " #name, NULL, map_gradient_by_number, LK_##KIND},
#include "../../../Sources/LigatureKernels/Maps.h"
#define LK_ZIP(KIND, name, value) {"zip " #name, NULL, zip_by_number, LK_##KIND},
#include "../../../Sources/LigatureKernels/Zips.h"
    {"sum", NULL, reduce_by_number, LK_SUM},
    {"sum of squares", NULL, reduce_by_number, LK_SUM_OF_SQUARES},
    {"product of", NULL, reduce_by_number, LK_PRODUCT_OF},
    {"maximum of", NULL, reduce_by_number, LK_MAX_OF},
    {"minimum of", NULL, reduce_by_number, LK_MIN_OF},
    {"mean of", NULL, reduce_by_number, LK_MEAN_OF},
};

int eb_count(void) { return sizeof(kernels) / sizeof(kernels[0]); }

const char *eb_name(int kernel) { return kernels[kernel].name; }

uint64_t eb_hash(int kernel, LKScalar type) {
  const Kernel *k = &kernels[kernel];
  EBRun run = {.type = type, .numbers = (uint64_t)kernel};
  if (k->run) k->run(&run);
  else k->family(&run, k->op);
  eb_release(&run);
  return run.hash;
}
