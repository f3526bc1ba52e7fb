// Elements picked along an axis by indices of their own for every line, their gradient, and sums of
// whole numbers.

#include "Kernels.h"

#define LK_DEFINE_MOVE(T)                                                                        \
  static void take_##T(size_t outer, size_t axis, size_t count, size_t inner,                    \
                       const int64_t *indices, const T *source, T *out) {                        \
    for (size_t o = 0; o < outer; ++o, source += axis * inner) {                                 \
      for (size_t i = 0; i < count; ++i) {                                                       \
        for (size_t c = 0; c < inner; ++c) *out++ = source[(size_t)*indices++ * inner + c];      \
      }                                                                                          \
    }                                                                                            \
  }                                                                                              \
  static void put_##T(size_t outer, size_t axis, size_t count, size_t inner,                     \
                      const int64_t *indices, const T *source, T *target) {                      \
    for (size_t o = 0; o < outer; ++o, target += axis * inner) {                                 \
      for (size_t i = 0; i < count; ++i) {                                                       \
        for (size_t c = 0; c < inner; ++c) target[(size_t)*indices++ * inner + c] = *source++;   \
      }                                                                                          \
    }                                                                                            \
  }

// Only bits are moved, so one type of each size will do.
LK_DEFINE_MOVE(uint8_t)
LK_DEFINE_MOVE(uint32_t)
LK_DEFINE_MOVE(uint64_t)

void lk_take_along(LKScalar type, size_t outer, size_t axis, size_t count, size_t inner,
                   const int64_t *indices, const void *source, void *out) {
  switch (type) {
    case LK_U8: take_uint8_t(outer, axis, count, inner, indices, source, out); break;
    case LK_F32:
    case LK_I32: take_uint32_t(outer, axis, count, inner, indices, source, out); break;
    case LK_F64:
    case LK_I64: take_uint64_t(outer, axis, count, inner, indices, source, out); break;
  }
}

#define LK_DEFINE_ADD(T)                                                                         \
  static void add_##T(size_t outer, size_t axis, size_t count, size_t inner,                     \
                      const int64_t *indices, const T *source, T *target) {                      \
    for (size_t o = 0; o < outer; ++o, target += axis * inner) {                                 \
      for (size_t i = 0; i < count; ++i) {                                                       \
        for (size_t c = 0; c < inner; ++c) target[(size_t)*indices++ * inner + c] += *source++;  \
      }                                                                                          \
    }                                                                                            \
  }

// Whole numbers wrap around.
LK_DEFINE_ADD(float)
LK_DEFINE_ADD(double)
LK_DEFINE_ADD(uint32_t)
LK_DEFINE_ADD(uint64_t)

void lk_put_along(LKScalar type, size_t outer, size_t axis, size_t count, size_t inner,
                  const int64_t *indices, const void *source, void *target, int accumulate) {
#define LK_CASE(kind, T, U)                                                           \
  case kind:                                                                          \
    if (accumulate) add_##T(outer, axis, count, inner, indices, source, target);      \
    else put_##U(outer, axis, count, inner, indices, source, target);                 \
    break;
  switch (type) {
    LK_CASE(LK_F32, float, uint32_t)
    LK_CASE(LK_F64, double, uint64_t)
    LK_CASE(LK_I32, uint32_t, uint32_t)
    LK_CASE(LK_I64, uint64_t, uint64_t)
    case LK_U8: put_uint8_t(outer, axis, count, inner, indices, source, target); break;
  }
#undef LK_CASE
}

#define LK_DEFINE_SUM(T)                                                                         \
  static void sum_##T(size_t outer, size_t n, size_t inner, const T *x, int64_t *out) {          \
    for (size_t o = 0; o < outer; ++o, out += inner) {                                           \
      for (size_t c = 0; c < inner; ++c) out[c] = 0;                                             \
      for (size_t i = 0; i < n; ++i) {                                                           \
        for (size_t c = 0; c < inner; ++c) {                                                     \
          out[c] = (int64_t)((uint64_t)out[c] + (uint64_t)(int64_t)*x++);                        \
        }                                                                                        \
      }                                                                                          \
    }                                                                                            \
  }

LK_DEFINE_SUM(int32_t)
LK_DEFINE_SUM(int64_t)
LK_DEFINE_SUM(uint8_t)

void lk_sum_integers(LKScalar type, size_t outer, size_t n, size_t inner, const void *x,
                     int64_t *out) {
  switch (type) {
    case LK_I32: sum_int32_t(outer, n, inner, x, out); break;
    case LK_I64: sum_int64_t(outer, n, inner, x, out); break;
    case LK_U8: sum_uint8_t(outer, n, inner, x, out); break;
    case LK_F32:
    case LK_F64: break;
  }
}
