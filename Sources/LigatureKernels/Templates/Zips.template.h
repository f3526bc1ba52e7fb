// Elementwise functions of two or three operands. Zips.h lists those of two.

LK_INLINE V FN(truth)(IV condition) {
  return FN(choose)(condition, FN(splat)(1), FN(splat)(0));
}

#define LK_ZIP(KIND, name, expression)                                                          \
  static void FN(zip_##name)(size_t n, const void *a_pointer, ptrdiff_t a_stride,               \
                             const void *b_pointer, ptrdiff_t b_stride, void *out,              \
                             int accumulate) {                                                  \
    T *target = out;                                                                            \
    /* Read once: the target may be the very scalar that is repeated. */                        \
    const V a_first = n ? FN(splat)(*(const T *)a_pointer) : FN(splat)(0);                      \
    const V b_first = n ? FN(splat)(*(const T *)b_pointer) : FN(splat)(0);                      \
    LK_EACH_VECTOR(n, {                                                                         \
      V a = a_stride ? FN(take)((const T *)a_pointer + i, left) : a_first;                      \
      V b = b_stride ? FN(take)((const T *)b_pointer + i, left) : b_first;                      \
      FN(put_or_add)(target + i, expression, left, accumulate);                                 \
    });                                                                                         \
  }
#include "../Zips.h"

static void FN(multiply3)(size_t n, const void *a, ptrdiff_t a_stride, const void *b,
                          ptrdiff_t b_stride, const void *c, ptrdiff_t c_stride, void *out,
                          int accumulate) {
  T *target = out;
  const T *factors[3] = {a, b, c};
  const ptrdiff_t strides[3] = {a_stride, b_stride, c_stride};
  V first[3] = {0};
  for (int f = 0; n && f < 3; ++f) first[f] = FN(splat)(*factors[f]);
  LK_EACH_VECTOR(n, {
    V product = strides[0] ? FN(take)(factors[0] + i, left) : first[0];
    product *= strides[1] ? FN(take)(factors[1] + i, left) : first[1];
    product *= strides[2] ? FN(take)(factors[2] + i, left) : first[2];
    FN(put_or_add)(target + i, product, left, accumulate);
  });
}

static void FN(add_scaled)(size_t n, double alpha, const void *x, void *y) {
  const T *source = x;
  T *target = y;
  const V factor = FN(splat)((T)alpha);
  LK_EACH_VECTOR(n, {
    V sum = FN(fma)(factor, FN(take)(source + i, left), FN(take)(target + i, left));
    FN(put)(target + i, sum, left);
  });
}
