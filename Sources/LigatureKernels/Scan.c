// Running sums, products, recurrences and extremes along an axis. One number follows from the one
// before, so a line is a chain; lines side by side are carried on together.

#include "Kernels.h"

#pragma clang fp contract(off)

/// Lines that are carried on together.
enum { SIDE_BY_SIDE = 32 };

// `W` is what a chain is carried on in, `carry` the next of it from `state`.
#define LK_DEFINE_SCAN(T, W)                                                                     \
  static void scan_##T(int reversed, size_t outer, size_t n, size_t inner, const T *factors,     \
                       const T *terms, T *out) {                                                 \
    for (size_t o = 0; o < outer; ++o) {                                                         \
      for (size_t first = 0; first < inner; first += SIDE_BY_SIDE) {                             \
        const size_t lines = inner - first < SIDE_BY_SIDE ? inner - first : SIDE_BY_SIDE;        \
        W state[SIDE_BY_SIDE];                                                                   \
        for (size_t j = 0; j < lines; ++j) state[j] = terms ? 0 : 1;                             \
        for (size_t step = 0; step < n; ++step) {                                                \
          const size_t at = (o * n + (reversed ? n - 1 - step : step)) * inner + first;          \
          for (size_t j = 0; j < lines; ++j) {                                                   \
            if (factors) state[j] *= (W)factors[at + j];                                         \
            if (terms) state[j] += (W)terms[at + j];                                             \
            out[at + j] = (T)state[j];                                                           \
          }                                                                                      \
        }                                                                                        \
      }                                                                                          \
    }                                                                                            \
  }

// Unsigned numbers wrap around where signed ones would be undefined.
LK_DEFINE_SCAN(float, double)
LK_DEFINE_SCAN(double, double)
LK_DEFINE_SCAN(int32_t, uint32_t)
LK_DEFINE_SCAN(int64_t, uint64_t)

void lk_scan(LKScalar type, int reversed, size_t outer, size_t n, size_t inner,
             const void *factors, const void *terms, void *out) {
  switch (type) {
    case LK_F32: scan_float(reversed, outer, n, inner, factors, terms, out); break;
    case LK_F64: scan_double(reversed, outer, n, inner, factors, terms, out); break;
    case LK_I32: scan_int32_t(reversed, outer, n, inner, factors, terms, out); break;
    case LK_I64: scan_int64_t(reversed, outer, n, inner, factors, terms, out); break;
    case LK_U8: break;
  }
}

#define LK_DEFINE_EXTREME(T)                                                                     \
  static void extreme_##T(int smallest, size_t outer, size_t n, size_t inner, const T *x,        \
                          int64_t *out) {                                                        \
    for (size_t o = 0; o < outer; ++o, x += n * inner, out += n * inner) {                       \
      for (size_t c = 0; n && c < inner; ++c) out[c] = 0;                                        \
      for (size_t i = 1; i < n; ++i) {                                                           \
        for (size_t c = 0; c < inner; ++c) {                                                     \
          const int64_t before = out[(i - 1) * inner + c];                                       \
          const T best = x[(size_t)before * inner + c], value = x[i * inner + c];                \
          const int is_better = smallest ? value < best : value > best;                          \
          const int wins = best == best && (is_better || value != value);                        \
          out[i * inner + c] = wins ? (int64_t)i : before;                                       \
        }                                                                                        \
      }                                                                                          \
    }                                                                                            \
  }

LK_DEFINE_EXTREME(float)
LK_DEFINE_EXTREME(double)
LK_DEFINE_EXTREME(int32_t)
LK_DEFINE_EXTREME(int64_t)

void lk_cumulative_extreme(LKScalar type, int smallest, size_t outer, size_t n, size_t inner,
                           const void *x, int64_t *out) {
  switch (type) {
    case LK_F32: extreme_float(smallest, outer, n, inner, x, out); break;
    case LK_F64: extreme_double(smallest, outer, n, inner, x, out); break;
    case LK_I32: extreme_int32_t(smallest, outer, n, inner, x, out); break;
    case LK_I64: extreme_int64_t(smallest, outer, n, inner, x, out); break;
    case LK_U8: break;
  }
}
