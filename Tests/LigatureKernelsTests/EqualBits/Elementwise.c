// Runs of what treats each element by itself.

#include "Run.h"

void eb_run_map(EBRun *run, LKMap op) {
  static const double parameters[][2] = {{-1.5, 2.5}, {0.25, -3}, {2, 0}, {-1, 1}, {0.5, 0}, {3, 1}};
  for (int i = 0; i < 6; ++i) {
    const double p = parameters[i][0], q = parameters[i][1];
    EB_EACH_SIZE(n, {
      void *y = eb_room(run, n);
      lk_map(run->type, op, n, eb_any(run, n), y, p, q);
      eb_record(run, n, y);
    })
    const int has_parameters =
        op == LK_LEAKY_RELU || op == LK_CLAMP || op == LK_POWER || op == LK_AFFINE ||
        op == LK_QUOTIENT;
    if (!has_parameters) break;
  }
}

void eb_run_map_gradient(EBRun *run, LKMap op) {
  static const double parameters[][2] = {{-1.5, 2.5}, {0.25, -3}, {3, 1}, {0, 1}};
  for (int i = 0; i < 4; ++i) {
    const double p = parameters[i][0], q = parameters[i][1];
    EB_EACH_SIZE(n, {
      for (int accumulate = 0; accumulate < 2; ++accumulate) {
        void *dx = eb_room(run, n);
        void *given = eb_any(run, n);
        const int reads_input = lk_map_gradient_reads_input(op);
        lk_map_gradient(run->type, op, n, reads_input ? given : NULL, reads_input ? NULL : given,
                        eb_uniform(run, n, -1, 1), dx, p, q, accumulate);
        eb_record(run, n, dx);
      }
    })
    const int has_parameters =
        op == LK_LEAKY_RELU || op == LK_CLAMP || op == LK_POWER || op == LK_AFFINE ||
        op == LK_QUOTIENT;
    if (!has_parameters) break;
  }
}

void eb_run_zip(EBRun *run, LKZip op) {
  EB_EACH_SIZE(n, {
    for (int form = 0; form < 6; ++form) {
      void *out = eb_room(run, n);
      const void *a = eb_any(run, n);
      lk_zip(run->type, op, n, a, form % 3 != 1, form % 2 ? eb_any(run, n) : a, form % 3 != 2, out,
             form > 2);
      eb_record(run, n, out);
    }
  })
}

void eb_run_integer_zip(EBRun *run) {
  const LKScalar type = run->type == LK_F32 ? LK_I32 : LK_I64;
  for (int op = 0; op < LK_ZIP_COUNT; ++op) {
    if (op == LK_POWER_ZIP) continue;
    EB_EACH_SIZE(n, {
      void *out = eb_room(run, n);
      lk_zip(type, (LKZip)op, n, eb_any(run, n), 1, eb_any(run, n), 1, out, op % 2);
      eb_record_as(run, type, n, out);
    })
  }
}

void eb_run_multiply3(EBRun *run) {
  EB_EACH_SIZE(n, {
    for (int form = 0; form < 8; ++form) {
      void *out = eb_room(run, n);
      lk_multiply3(run->type, n, eb_any(run, n), form % 2, eb_any(run, n), form / 2 % 2,
                   eb_uniform(run, n, -3, 3), form / 4, out, form % 3 == 0);
      eb_record(run, n, out);
    }
  })
}

void eb_run_add_scaled(EBRun *run) {
  EB_EACH_SIZE(n, {
    void *y = eb_uniform(run, n, -1, 1);
    lk_add_scaled(run->type, n, 0.3, eb_any(run, n), y);
    eb_record(run, n, y);
  })
}

void eb_run_select(EBRun *run) {
  EB_EACH_SIZE(n, {
    void *out = eb_room(run, n);
    lk_select(run->type, n, eb_any(run, n), 1, eb_any(run, n), 1, eb_any(run, n), n % 2 != 0, out);
    eb_record(run, n, out);
  })
}

void eb_run_fill(EBRun *run) {
  static const double values[] = {0, 0.1, -3.7, 300, 1e10, -1e30};
  for (int i = 0; i < 6; ++i) {
    for (int type = LK_F32; type <= LK_U8; ++type) {
      void *x = eb_bytes(run, 80);
      lk_fill((LKScalar)type, 10, values[i], x);
      eb_record_as(run, (LKScalar)type, 10, x);
    }
    eb_release(run);
  }
}

void eb_run_convert(EBRun *run) {
  for (int from = LK_F32; from <= LK_U8; ++from) {
    for (int to = LK_F32; to <= LK_U8; ++to) {
      EB_EACH_SIZE(n, {
        const LKScalar type = run->type;
        if (from == LK_F64 || from == LK_F32) run->type = (LKScalar)from;
        void *source = eb_any(run, 2 * n);
        run->type = type;
        void *target = eb_bytes(run, 8 * n);
        lk_convert((LKScalar)from, (LKScalar)to, n, source, target);
        eb_record_as(run, (LKScalar)to, n, target);
      })
    }
  }
}

void eb_run_copy(EBRun *run) {
  static const size_t shapes[][3] = {{2, 3, 5}, {1, 70, 67}, {3, 17, 16}, {2, 33, 1}, {1, 1, 100}};
  for (int i = 0; i < 5; ++i) {
    const size_t *shape = shapes[i];
    const ptrdiff_t x = (ptrdiff_t)shape[2];
    const ptrdiff_t y = (ptrdiff_t)shape[1];
    const size_t n = shape[0] * shape[1] * shape[2];
    const ptrdiff_t strides[][3] = {{x * y, x, 1}, {x * y, 1, y}, {1, x, 0}, {0, 0, 1}};
    for (int form = 0; form < 8; ++form) {
      void *target = eb_uniform(run, n, -1, 1);
      lk_copy(run->type, 3, shape, eb_any(run, n), strides[form % 4], target, strides[0], form / 4);
      eb_record(run, n, target);
      eb_release(run);
    }
  }
}

void eb_run_gather(EBRun *run) {
  static const int64_t indices[] = {3, 0, 3, 5, 1};
  EB_EACH_SIZE(inner, {
    void *out = eb_room(run, 10 * inner);
    lk_gather(run->type, 2, 6, inner, 5, indices, eb_any(run, 12 * inner), out);
    eb_record(run, 10 * inner, out);
  })
}

void eb_run_scatter_add(EBRun *run) {
  static const int64_t indices[] = {3, 0, 3, 5, 1};
  EB_EACH_SIZE(inner, {
    void *target = eb_uniform(run, 12 * inner, -1, 1);
    lk_scatter_add(run->type, 2, 6, inner, 5, indices, eb_any(run, 10 * inner), target);
    eb_record(run, 12 * inner, target);
  })
}
