// log2, log10 and exp2, by way of the natural ones in twice the precision: exact where the result is a
// whole number. Errors measured as in Exponential.template.h:
//
//              float32   float64
//   log2         0.51      0.52
//   log10        0.51      0.52
//   exp2         0.51      0.84

#if LK_DOUBLE

/// log(x) times the number high + low; special values are those of log.
LK_INLINE V FN(log_times)(V x, T factor_high, T factor_low) {
  const V infinity = FN(splat)((T)INFINITY);
  const V factor = FN(splat)(factor_high);
  V low, high = FN(log_in_two)(x, &low);
  V product = high * factor;
  V rest = FN(product_error)(high, factor, product) +
           FN(fma)(high, FN(splat)(factor_low), low * factor);
  V result = product + rest;
  result = FN(choose)(x == 0, -infinity, result);
  result = FN(choose)(x < 0, FN(splat)((T)NAN), result);
  return FN(choose)((x == infinity) | (x != x), x, result);
}
LK_INLINE V FN(log2)(V x) {
  return FN(log_times)(x, 0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56);
}
LK_INLINE V FN(log10)(V x) {
  return FN(log_times)(x, 0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57);
}

LK_INLINE V FN(exp2)(V x) {
  // Beyond 1100 it has overflowed or vanished.
  const V bounded = FN(within)(x, 1100), factor = FN(splat)(0x1.62e42fefa39efp-1);
  V product = bounded * factor;
  return FN(exp_sum)(product, FN(fma)(bounded, FN(splat)(0x1.abc9e3b39803fp-56),
                                      FN(product_error)(bounded, factor, product)));
}

#else

LK_WIDENED(log2)
LK_WIDENED(log10)
LK_WIDENED(exp2)

#endif
