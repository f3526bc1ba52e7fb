// Rows picked by index, and their gradient.

#include "Kernels.h"

#include <string.h>

void lk_gather(LKScalar type, size_t outer, size_t axis, size_t inner, size_t count,
               const int64_t *indices, const void *source, void *out) {
  const size_t scalar = type == LK_U8 ? 1 : type == LK_F64 || type == LK_I64 ? 8 : 4;
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
