// Losses: sums over all elements, with the gradient of each in the same pass.

/// A kernel over pairs (`a`, `b`): the sum of `loss`, and `slope` times `scale` where wanted. Sums
/// of 1024 elements are kept in the scalar type, their total in double.
#define LK_LOSS_LOOP(loss, slope)                                                         \
  T *target = gradient;                                                                   \
  const V factor = FN(splat)((T)scale);                                                   \
  double total = 0;                                                                       \
  FN(wide) block = FN(wide_splat)(FN(splat)(0));                                          \
  LK_EACH_WIDE(n,                                                                         \
               if (end % 1024 == 0) {                                                     \
                 total += FN(total_in_double)(block);                                     \
                 block = FN(wide_splat)(FN(splat)(0));                                    \
               },                                                                         \
               {                                                                          \
                 V a = FN(take)((const T *)a_pointer + i, left);                          \
                 V b = FN(take)((const T *)b_pointer + i, left);                          \
                 block.part[j] += FN(keep_lanes)(loss, left, FN(splat)(0));               \
                 if (target) FN(put)(target + i, (slope)*factor, left);                   \
               });                                                                        \
  return total + FN(total_in_double)(block)

LK_INLINE V FN(logit_loss)(V z, V target) {
  V tail = FN(log1p_inside)(FN(exp)(-FN(absolute)(z)));
  return FN(fma)(-z, target, FN(positive_part)(z)) + tail;
}
static double FN(binary_cross_entropy_logits)(size_t n, const void *a_pointer,
                                              const void *b_pointer, double scale,
                                              void *gradient) {
  LK_LOSS_LOOP(FN(logit_loss)(a, b), FN(sigmoid)(a) - b);
}

LK_INLINE V FN(probability_loss)(V p, V target) {
  return -FN(fma)(target, FN(log)(p), (1 - target) * FN(log1p)(-p));
}
static double FN(binary_cross_entropy)(size_t n, const void *a_pointer, const void *b_pointer,
                                       double epsilon, double scale, void *gradient) {
  const V low = FN(splat)((T)epsilon), high = 1 - low;
#define LK_CLAMPED FN(clamp)(a, low, high)
  LK_LOSS_LOOP(FN(probability_loss)(LK_CLAMPED, b),
               (LK_CLAMPED - b) / (LK_CLAMPED * (1 - LK_CLAMPED)));
#undef LK_CLAMPED
}

static double FN(squared_error)(size_t n, const void *a_pointer, const void *b_pointer,
                                double scale, void *gradient) {
  LK_LOSS_LOOP((a - b) * (a - b), 2 * (a - b));
}

#undef LK_LOSS_LOOP
