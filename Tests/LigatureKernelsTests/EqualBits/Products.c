// Runs of matrix products, and of the gradients of what they fuse.

#include "Run.h"

void eb_run_product(EBRun *run) {
  static const size_t sizes[][3] = {
      {1, 1, 1},   {3, 2, 7},    {7, 17, 33},  {15, 31, 64}, {17, 16, 100}, {33, 65, 3},
      {64, 8, 15}, {100, 33, 1}, {1, 127, 65}, {127, 1, 63}, {2, 3, 0},     {0, 3, 2},
      {5, 9, 513}, {3, 5, 1025}, {17, 4, 2100}, {29, 40, 40}, {6, 200, 20}, {200, 6, 20},
  };
  const int count = sizeof(sizes) / sizeof(sizes[0]);
  for (int i = 0; i < count; ++i) {
    const size_t m = sizes[i][0], n = sizes[i][1], k = sizes[i][2];
    for (int form = 0; form < 8; ++form) {
      LKProduct product = {.m = m, .n = n, .k = k, .c_row = (ptrdiff_t)n + form % 3};
      product.a = eb_uniform(run, m * k, -1, 1);
      product.b = eb_uniform(run, k * n, -1, 1);
      product.c = eb_uniform(run, m * (size_t)product.c_row, -1, 1);
      product.a_row = form % 2 ? 1 : (ptrdiff_t)k;
      product.a_column = form % 2 ? (ptrdiff_t)m : 1;
      product.b_row = form / 2 % 2 ? 1 : (ptrdiff_t)n;
      product.b_column = form / 2 % 2 ? (ptrdiff_t)k : 1;
      product.accumulate = form / 4;
      product.bias = (i + form) % 3 ? eb_uniform(run, n, -1, 1) : NULL;
      product.activation = (LKActivation)((i + form) % 6);
      product.parameter = 0.1;
      void *workspace = eb_bytes(run, lk_product_workspace(run->type, &product));
      lk_product(run->type, &product, workspace);
      eb_record(run, m * (size_t)product.c_row, product.c);
      eb_release(run);
    }
  }
}

void eb_run_activation_gradient(EBRun *run) {
  static const size_t sizes[][2] = {{1, 1}, {3, 7}, {64, 16}, {65, 17}, {130, 33}, {9, 130}, {0, 5}};
  for (int i = 0; i < 7; ++i) {
    const size_t rows = sizes[i][0], columns = sizes[i][1];
    for (int activation = LK_IDENTITY; activation < LK_ACT_GELU; ++activation) {
      const size_t stride = columns + (size_t)activation % 2, count = rows * stride;
      void *dz = eb_room(run, count), *dbias = eb_room(run, columns);
      lk_activation_gradient(run->type, (LKActivation)activation, 0.1, rows, columns,
                             (ptrdiff_t)stride, eb_uniform(run, count, -1, 1),
                             eb_uniform(run, count, -1, 1), dz, dbias, activation % 2);
      eb_record(run, count, dz);
      eb_record(run, columns, dbias);
      eb_release(run);
    }
  }
}

// Sizes of memory and of pieces are a level's own.
void eb_run_product_workspace(EBRun *run) { (void)run; }
void eb_run_product_split(EBRun *run) { (void)run; }
