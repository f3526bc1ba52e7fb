// Backward through an activation that a product fused, with the bias gradient in the same pass.

/// Rows summed before their sum joins the total, which keeps the error from growing with `rows`.
enum { FN(bias_block) = 64 };

/// One strip of `vectors` adjacent vectors, `left` scalars of the last of them.
LK_INLINE void FN(activation_strip)(int vectors, LKActivation activation, V parameter, size_t rows,
                                    ptrdiff_t stride, const T *y, const T *dy, T *dz, T *dbias,
                                    int accumulate, size_t left) {
  V total[4] = {0};
  for (size_t start = 0; start < rows; start += FN(bias_block)) {
    V block[4] = {0};
    size_t end = rows - start < FN(bias_block) ? rows : start + FN(bias_block);
    for (size_t row = start; row < end; ++row) {
      ptrdiff_t at = (ptrdiff_t)row * stride;
#pragma clang loop unroll(full)
      for (int j = 0; j < vectors; ++j, at += LANES) {
        V g = FN(take)(dy + at, left), value = g;
        if (activation != LK_IDENTITY) value = FN(take)(y + at, left);
        if (activation == LK_ACT_RELU) g = FN(through_relu)(value, g);
        if (activation == LK_ACT_LEAKY_RELU) g = FN(through_leaky_relu)(value, g, parameter);
        if (activation == LK_ACT_TANH) g = FN(through_tanh)(value, g);
        if (activation == LK_ACT_SIGMOID) g = FN(through_sigmoid)(value, g);
        FN(put)(dz + at, g, left);
        block[j] += g;
      }
    }
    for (int j = 0; j < vectors; ++j) total[j] += block[j];
  }
  if (!dbias) return;
  for (int j = 0; j < vectors; ++j) {
    FN(put_or_add)(dbias + j * LANES, total[j], left, accumulate);
  }
}

LK_INLINE void FN(activation_columns)(LKActivation activation, double parameter, size_t rows,
                                      size_t columns, ptrdiff_t stride, const T *y, const T *dy,
                                      T *dz, T *dbias, int accumulate) {
  const V p = FN(splat)((T)parameter);
  size_t j = 0;
#define LK_STRIP(vectors, left)                                                              \
  FN(activation_strip)(vectors, activation, p, rows, stride, y ? y + j : y, dy + j, dz + j,  \
                       dbias ? dbias + j : dbias, accumulate, left)
  for (; j + 4 * LANES <= columns; j += 4 * LANES) LK_STRIP(4, LANES);
  for (; j < columns; j += LANES) LK_STRIP(1, columns - j);
#undef LK_STRIP
}

static void FN(activation_gradient)(LKActivation activation, double parameter, size_t rows,
                                    size_t columns, ptrdiff_t stride, const void *y,
                                    const void *dy, void *dz, void *dbias, int accumulate) {
#define LK_CASE(kind)                                                                          \
  case kind:                                                                                   \
    FN(activation_columns)(kind, parameter, rows, columns, stride, y, dy, dz, dbias, accumulate); \
    break;
  switch (activation) {
    LK_CASE(LK_IDENTITY)
    LK_CASE(LK_ACT_RELU)
    LK_CASE(LK_ACT_LEAKY_RELU)
    LK_CASE(LK_ACT_TANH)
    LK_CASE(LK_ACT_SIGMOID)
    default: break;
  }
#undef LK_CASE
}
