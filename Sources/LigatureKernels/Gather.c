// Rows picked by index, and their gradient.

#include "Kernels.h"

#include <string.h>

// Single scalars, for which a call each would cost most.
#define LK_DEFINE_SINGLE_GATHER(T)                                                             \
  static void gather_##T(size_t outer, size_t axis, size_t count, const int64_t *indices,      \
                         const T *source, T *out) {                                            \
    for (size_t o = 0; o < outer; ++o, source += axis, out += count) {                         \
      for (size_t i = 0; i < count; ++i) out[i] = source[indices[i]];                          \
    }                                                                                          \
  }
#define LK_DEFINE_SINGLE_SCATTER(T)                                                            \
  static void scatter_##T(size_t outer, size_t axis, size_t count, const int64_t *indices,     \
                          const T *source, T *target) {                                        \
    for (size_t o = 0; o < outer; ++o, source += count, target += axis) {                      \
      for (size_t i = 0; i < count; ++i) target[indices[i]] += source[i];                      \
    }                                                                                          \
  }
LK_DEFINE_SINGLE_GATHER(uint8_t)
LK_DEFINE_SINGLE_GATHER(uint32_t)
LK_DEFINE_SINGLE_GATHER(uint64_t)
LK_DEFINE_SINGLE_SCATTER(float)
LK_DEFINE_SINGLE_SCATTER(double)

void lk_gather(LKScalar type, size_t outer, size_t axis, size_t inner, size_t count,
               const int64_t *indices, const void *source, void *out) {
  const size_t scalar = type == LK_U8 ? 1 : type == LK_F64 || type == LK_I64 ? 8 : 4;
  if (inner == 1) {
    switch (scalar) {
      case 1: gather_uint8_t(outer, axis, count, indices, source, out); return;
      case 4: gather_uint32_t(outer, axis, count, indices, source, out); return;
      default: gather_uint64_t(outer, axis, count, indices, source, out); return;
    }
  }
  const size_t bytes = inner * scalar;
  const char *from = source;
  char *to = out;
  for (size_t o = 0; o < outer; ++o, from += axis * bytes) {
    for (size_t i = 0; i < count; ++i, to += bytes) {
      memcpy(to, from + (size_t)indices[i] * bytes, bytes);
    }
  }
}

void lk_scatter_add(LKScalar type, size_t outer, size_t axis, size_t inner, size_t count,
                    const int64_t *indices, const void *source, void *target) {
  if (inner == 1) {
    if (type == LK_F32) scatter_float(outer, axis, count, indices, source, target);
    else scatter_double(outer, axis, count, indices, source, target);
    return;
  }
  const LKKernels *kernels = lk_kernels(type);
  const size_t bytes = inner * (type == LK_F64 ? 8 : 4);
  const char *from = source;
  char *to = target;
  for (size_t o = 0; o < outer; ++o, to += axis * bytes) {
    for (size_t i = 0; i < count; ++i, from += bytes) {
      kernels->add_rows(inner, from, to + (size_t)indices[i] * bytes);
    }
  }
}
