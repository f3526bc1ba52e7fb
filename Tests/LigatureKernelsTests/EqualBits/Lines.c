// Runs of what goes along an axis: sums, orders, picked elements.

#include "Run.h"

static LKScalar integers(const EBRun *run) { return run->type == LK_F32 ? LK_I32 : LK_I64; }

void eb_run_scan(EBRun *run) {
  EB_EACH_SIZE(n, {
    for (int form = 0; form < 12; ++form) {
      const size_t inner = form % 2 ? 3 : 1, count = 2 * n * inner;
      const LKScalar type = form / 2 % 2 ? integers(run) : run->type;
      const void *factors = form / 4 == 1 ? NULL : eb_any(run, count);
      const void *terms = form / 4 == 2 ? NULL : eb_any(run, count);
      void *out = eb_room(run, count);
      lk_scan(type, form % 3 == 0, 2, n, inner, factors, terms, out);
      eb_record_as(run, type, count, out);
    }
  })
}

void eb_run_cumulative_extreme(EBRun *run) {
  EB_EACH_SIZE(n, {
    int64_t *out = eb_bytes(run, 48 * n);
    lk_cumulative_extreme(run->type, n % 2 != 0, 2, n, 3, eb_any(run, 6 * n), out);
    eb_record_as(run, LK_I64, 6 * n, out);
  })
}

void eb_run_argsort(EBRun *run) {
  EB_EACH_SIZE(n, {
    int64_t *out = eb_bytes(run, 48 * n);
    void *workspace = eb_bytes(run, lk_argsort_workspace(n));
    lk_argsort(run->type, n % 2 != 0, n, 3, 0, 6, eb_any(run, 6 * n), out, workspace);
    eb_record_as(run, LK_I64, 6 * n, out);
  })
}

void eb_run_search_sorted(EBRun *run) {
  EB_EACH_SIZE(n, {
    int64_t *out = eb_bytes(run, 80);
    lk_search_sorted(run->type, n % 2 != 0, 1, n, 10, eb_any(run, n), 0, eb_any(run, 10), out);
    eb_record_as(run, LK_I64, 10, out);
  })
}

static const int64_t indices[] = {3, 0, 3, 1, 2, 0};

void eb_run_take_along(EBRun *run) {
  void *out = eb_room(run, 6);
  lk_take_along(run->type, 1, 4, 2, 3, indices, eb_any(run, 12), out);
  eb_record(run, 6, out);
}

void eb_run_put_along(EBRun *run) {
  for (int accumulate = 0; accumulate < 2; ++accumulate) {
    void *target = eb_uniform(run, 4, -1, 1);
    lk_put_along(run->type, 1, 4, 6, 1, indices, eb_any(run, 6), target, accumulate);
    eb_record(run, 4, target);
  }
}

void eb_run_sum_integers(EBRun *run) {
  EB_EACH_SIZE(n, {
    int64_t *out = eb_bytes(run, 48);
    lk_sum_integers(integers(run), 2, n, 3, eb_any(run, 6 * n), out);
    eb_record_as(run, LK_I64, 6, out);
  })
}
