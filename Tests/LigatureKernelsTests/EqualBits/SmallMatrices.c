// Runs of what small matrices are solved and factored by.

#include "Run.h"

/// Numbers of a matrix that is positive definite: small ones beside a large diagonal.
static void *definite(EBRun *run, size_t n) {
  void *a = eb_uniform(run, n * n, -1, 1);
  for (size_t i = 0; i < n; ++i) {
    if (run->type == LK_F32) ((float *)a)[i * n + i] += (float)n + 1;
    else ((double *)a)[i * n + i] += (double)n + 1;
  }
  return a;
}

void eb_run_solve(EBRun *run) {
  for (size_t n = 0; n < 9; ++n) {
    void *x = eb_room(run, 3 * n);
    const int status = lk_solve(run->type, n, 3, eb_uniform(run, n * n, -1, 1),
                                eb_uniform(run, 3 * n, -1, 1), x,
                                eb_bytes(run, lk_matrix_workspace(n, 3)));
    eb_record_bytes(run, sizeof(status), &status);
    eb_record(run, 3 * n, x);
  }
}

void eb_run_solve_triangular(EBRun *run) {
  for (size_t n = 0; n < 9; ++n) {
    void *x = eb_room(run, 3 * n);
    const int status =
        lk_solve_triangular(run->type, n % 2 != 0, n, 3, definite(run, n),
                            eb_uniform(run, 3 * n, -1, 1), x,
                            eb_bytes(run, lk_matrix_workspace(n, 3)));
    eb_record_bytes(run, sizeof(status), &status);
    eb_record(run, 3 * n, x);
  }
}

void eb_run_cholesky(EBRun *run) {
  for (size_t n = 0; n < 9; ++n) {
    void *l = eb_room(run, n * n);
    const int status = lk_cholesky(run->type, n, definite(run, n), l,
                                   eb_bytes(run, lk_matrix_workspace(n, 0)));
    eb_record_bytes(run, sizeof(status), &status);
    eb_record(run, n * n, l);
  }
}

void eb_run_pivots(EBRun *run) {
  for (size_t n = 0; n < 9; ++n) {
    void *pivots = eb_room(run, n);
    lk_pivots(run->type, n, eb_uniform(run, n * n, -1, 1), pivots,
              eb_bytes(run, lk_matrix_workspace(n, 0)));
    eb_record(run, n, pivots);
  }
}
