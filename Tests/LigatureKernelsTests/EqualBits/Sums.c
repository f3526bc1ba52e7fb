// Runs of reductions, of rows, and of losses.

#include "Run.h"

typedef struct Shape {
  size_t outer, n, inner;
} Shape;

static const Shape columns[] = {
    {2, 0, 3},  {1, 1, 2},   {3, 2, 66},  {2, 3, 5},    {2, 9, 130},
    {1, 63, 7}, {1, 64, 16}, {1, 65, 33}, {1, 150, 65}, {1, 1000, 3},
};
static const int column_shapes = sizeof(columns) / sizeof(columns[0]);

void eb_run_reduce(EBRun *run, LKReduction op) {
  const double low = op == LK_PRODUCT_OF ? 0.97 : -1, high = op == LK_PRODUCT_OF ? 1.03 : 1;
  EB_EACH_SIZE(n, {
    for (int accumulate = 0; accumulate < 2; ++accumulate) {
      void *out = eb_room(run, 3);
      lk_reduce(run->type, op, 3, n, 1, eb_uniform(run, 3 * n, low, high), out, accumulate);
      eb_record(run, 3, out);
      lk_reduce(run->type, op, 3, n, 1, eb_any(run, 3 * n), out, accumulate);
      eb_record(run, 3, out);
    }
  })
  for (size_t n = 0; n <= 18; ++n) {
    void *out = eb_room(run, 37);
    lk_reduce(run->type, op, 37, n, 1, eb_uniform(run, 37 * n, low, high), out, n % 2 != 0);
    eb_record(run, 37, out);
    eb_release(run);
  }
  for (int i = 0; i < column_shapes; ++i) {
    const Shape s = columns[i];
    const size_t count = s.outer * s.inner;
    void *out = eb_room(run, count);
    lk_reduce(run->type, op, s.outer, s.n, s.inner, eb_uniform(run, count * s.n, low, high), out,
              i % 2);
    eb_record(run, count, out);
    eb_release(run);
  }
}

void eb_run_arg_extreme(EBRun *run) {
  for (int smallest = 0; smallest < 2; ++smallest) {
    EB_EACH_SIZE(n, {
      int64_t out[3] = {0};
      if (n > 0) lk_arg_extreme(run->type, smallest, 3, n, 1, eb_any(run, 3 * n), out);
      eb_record_as(run, LK_I64, 3, out);
    })
    for (int i = 1; i < column_shapes; ++i) {
      const Shape s = columns[i];
      const size_t count = s.outer * s.inner;
      int64_t *out = eb_bytes(run, count * sizeof(int64_t));
      lk_arg_extreme(run->type, smallest, s.outer, s.n, s.inner, eb_any(run, count * s.n), out);
      eb_record_as(run, LK_I64, count, out);
      eb_release(run);
    }
  }
}

void eb_run_dot(EBRun *run) {
  EB_EACH_SIZE(n, {
    const double dot =
        lk_dot(run->type, n, eb_uniform(run, n, -1, 1), eb_uniform(run, n, -1, 1));
    eb_record_as(run, LK_F64, 1, &dot);
  })
}

void eb_run_all_within(EBRun *run) {
  EB_EACH_SIZE(n, {
    const int within = lk_all_within(run->type, n, -0.999, 1, eb_uniform(run, n, -1, 1));
    eb_record_bytes(run, 1, &within);
    const int any = lk_all_within(run->type, n, -1e30, 1e30, eb_any(run, n));
    eb_record_bytes(run, 1, &any);
  })
}

void eb_run_softmax(EBRun *run) {
  for (int logarithm = 0; logarithm < 2; ++logarithm) {
    EB_EACH_SIZE(n, {
      void *y = eb_room(run, 3 * n);
      lk_softmax(run->type, logarithm, 3, n, eb_uniform(run, 3 * n, -9, 9), y);
      eb_record(run, 3 * n, y);
    })
    void *y = eb_room(run, 370);
    lk_softmax(run->type, logarithm, 37, 10, eb_uniform(run, 370, -9, 9), y);
    eb_record(run, 370, y);
    eb_release(run);
  }
}

void eb_run_softmax_gradient(EBRun *run) {
  for (int form = 0; form < 4; ++form) {
    EB_EACH_SIZE(n, {
      void *dx = eb_room(run, 3 * n);
      lk_softmax_gradient(run->type, form % 2, 3, n, eb_uniform(run, 3 * n, -1, 1),
                          eb_uniform(run, 3 * n, -1, 1), dx, form / 2);
      eb_record(run, 3 * n, dx);
    })
    void *dx = eb_room(run, 370);
    lk_softmax_gradient(run->type, form % 2, 37, 10, eb_uniform(run, 370, -1, 1),
                        eb_uniform(run, 370, -1, 1), dx, form / 2);
    eb_record(run, 370, dx);
    eb_release(run);
  }
}

void eb_run_normalize_rows(EBRun *run) {
  EB_EACH_SIZE(n, {
    void *y = eb_room(run, 3 * n);
    void *mean = eb_room(run, 3);
    void *inverse = eb_room(run, 3);
    lk_normalize_rows(run->type, 3, n, 1e-5, eb_uniform(run, 3 * n, -2, 3), y, mean, inverse);
    eb_record(run, 3 * n, y);
    eb_record(run, 3, mean);
    eb_record(run, 3, inverse);
  })
}

void eb_run_normalize_rows_gradient(EBRun *run) {
  for (int accumulate = 0; accumulate < 2; ++accumulate) {
    EB_EACH_SIZE(n, {
      void *dx = eb_room(run, 3 * n);
      lk_normalize_rows_gradient(run->type, 3, n, eb_uniform(run, 3 * n, -2, 2),
                                 eb_uniform(run, 3, 0.5, 2), eb_uniform(run, 3 * n, -1, 1), dx,
                                 accumulate);
      eb_record(run, 3 * n, dx);
    })
  }
}

static void record_loss(EBRun *run, double loss, size_t n, const void *gradient) {
  eb_record_as(run, LK_F64, 1, &loss);
  if (gradient) eb_record(run, n, gradient);
}

void eb_run_binary_cross_entropy_logits(EBRun *run) {
  for (int wanted = 0; wanted < 2; ++wanted) {
    EB_EACH_SIZE(n, {
      void *gradient = wanted ? eb_room(run, n) : NULL;
      record_loss(run,
                  lk_binary_cross_entropy_logits(run->type, n, eb_uniform(run, n, -20, 20),
                                                 eb_uniform(run, n, 0, 1), 0.3, gradient),
                  n, gradient);
    })
  }
}

void eb_run_binary_cross_entropy(EBRun *run) {
  for (int wanted = 0; wanted < 2; ++wanted) {
    EB_EACH_SIZE(n, {
      void *gradient = wanted ? eb_room(run, n) : NULL;
      record_loss(run,
                  lk_binary_cross_entropy(run->type, n, eb_uniform(run, n, -0.1, 1.1),
                                          eb_uniform(run, n, 0, 1), 1e-6, 0.3, gradient),
                  n, gradient);
    })
  }
}

void eb_run_squared_error(EBRun *run) {
  for (int wanted = 0; wanted < 2; ++wanted) {
    EB_EACH_SIZE(n, {
      void *gradient = wanted ? eb_room(run, n) : NULL;
      record_loss(run,
                  lk_squared_error(run->type, n, eb_uniform(run, n, -2, 2),
                                   eb_uniform(run, n, -1, 1), 0.3, gradient),
                  n, gradient);
    })
  }
}
