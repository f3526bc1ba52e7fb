// The public functions that compute: each finds its kernel in the table of the level in use.

#include "Kernels.h"

#define LK_UNWRAPPED(...) __VA_ARGS__
#define LK_ENTRY(result, name, parameters, arguments)              \
  result lk_##name(LKScalar type, LK_UNWRAPPED parameters) {       \
    return lk_kernels(type)->name arguments;                       \
  }
#include "EntryPoints.h"

void lk_map(LKScalar type, LKMap op, size_t n, const void *x, void *y, double p, double q) {
  lk_kernels(type)->map[op](n, x, y, p, q);
}

void lk_map_gradient(LKScalar type, LKMap op, size_t n, const void *x, const void *y,
                     const void *dy, void *dx, double p, double q, int accumulate) {
  lk_kernels(type)->map_gradient[op](n, x, y, dy, dx, p, q, accumulate);
}

int lk_map_gradient_reads_input(LKMap op) {
  enum { READS_x = 1, READS_y = 0, READS_neither = 1 };
  switch (op) {
#define LK_MAP(KIND, name, y, reads, dx) \
  case LK_##KIND: return READS_##reads;
#include "Maps.h"
    case LK_MAP_COUNT: break;
  }
  return 1;
}

void lk_reduce(LKScalar type, LKReduction op, size_t outer, size_t n, size_t inner, const void *x,
               void *out, int accumulate) {
  lk_kernels(type)->reduce[op](outer, n, inner, inner, x, out, accumulate);
}

void lk_reduce_columns(LKScalar type, LKReduction op, size_t n, size_t inner, size_t columns,
                       const void *x, void *out, int accumulate) {
  lk_kernels(type)->reduce[op](1, n, inner, columns, x, out, accumulate);
}

void lk_random_block(uint64_t key, uint64_t stream, uint64_t index, uint32_t out[4]) {
  lk_kernels(LK_F32)->random_block(key, stream, index, out);
}
