// Vectors of one scalar type: loading, storing, choosing.

typedef T V __attribute__((ext_vector_type(LANES)));
typedef IT IV __attribute__((ext_vector_type(LANES)));
typedef UT UV __attribute__((ext_vector_type(LANES)));
typedef T FN(loose_vector) __attribute__((ext_vector_type(LANES), aligned(1), may_alias));

LK_INLINE V FN(load)(const T *p) { return *(const FN(loose_vector) *)p; }
LK_INLINE void FN(store)(T *p, V v) { *(FN(loose_vector) *)p = v; }
LK_INLINE V FN(splat)(T x) { return (V)x; }

/// a·b + c, fused where the level can. Elsewhere the product is rounded first.
LK_INLINE V FN(fma)(V a, V b, V c) {
#if LK_FUSED
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

/// What rounding took from the product `ab` = a·b; without fused multiply-add by Dekker's halves (1971).
LK_INLINE V FN(product_error)(V a, V b, V ab) {
#if LK_FUSED
  return FN(fma)(a, b, -ab);
#else
  const V splitter = FN(splat)((T)(LK_DOUBLE ? 0x8000001p0 : 0x1001p0));
  V a_big = a * splitter, b_big = b * splitter;
  V a_high = a_big - (a_big - a), b_high = b_big - (b_big - b);
  V a_low = a - a_high, b_low = b - b_high;
  return ((a_high * b_high - ab) + (a_high * b_low + a_low * b_high)) + a_low * b_low;
#endif
}

LK_INLINE V FN(choose)(IV mask, V yes, V no) { return mask ? yes : no; }
LK_INLINE V FN(absolute)(V x) { return (V)((IV)x & (IV)((UV)((UT)~(UT)0 >> 1))); }
LK_INLINE V FN(with_sign_of)(V magnitude, V sign) {
  const UV bit = (UV)((UT)1 << (sizeof(T) * 8 - 1));
  return (V)(((UV)magnitude & ~bit) | ((UV)sign & bit));
}
/// max(x, 0) that keeps NaN.
LK_INLINE V FN(positive_part)(V x) { return FN(choose)(x <= 0, FN(splat)(0), x); }

#if LK_MASKED
#if LK_DOUBLE
#define LK_LANE_MASK(count) ((__mmask8)((1u << (count)) - 1))
LK_INLINE V FN(load_part)(const T *p, size_t count) {
  return (V)_mm512_maskz_loadu_pd(LK_LANE_MASK(count), p);
}
LK_INLINE void FN(store_part)(T *p, V v, size_t count) {
  _mm512_mask_storeu_pd(p, LK_LANE_MASK(count), (__m512d)v);
}
#else
#define LK_LANE_MASK(count) ((__mmask16)((1u << (count)) - 1))
LK_INLINE V FN(load_part)(const T *p, size_t count) {
  return (V)_mm512_maskz_loadu_ps(LK_LANE_MASK(count), p);
}
LK_INLINE void FN(store_part)(T *p, V v, size_t count) {
  _mm512_mask_storeu_ps(p, LK_LANE_MASK(count), (__m512)v);
}
#endif
#undef LK_LANE_MASK
#else
/// Copies fewer than LANES scalars in pieces of fixed size, which become plain moves.
LK_INLINE void FN(copy_part)(T *to, const T *from, size_t count) {
#define LK_PIECE(size)                      \
  if (count & (size)) {                     \
    memcpy(to, from, (size) * sizeof(T));   \
    to += (size);                           \
    from += (size);                         \
  }
#if LK_VECTOR_BYTES == 32
  LK_PIECE(4)
#endif
  LK_PIECE(2)
  LK_PIECE(1)
#undef LK_PIECE
}
LK_INLINE V FN(load_part)(const T *p, size_t count) {
  V v = 0;
  FN(copy_part)((T *)&v, p, count);
  return v;
}
LK_INLINE void FN(store_part)(T *p, V v, size_t count) { FN(copy_part)(p, (const T *)&v, count); }
#endif

/// The first `left` lanes, all of them if there are as many; the others are 0.
LK_INLINE V FN(take)(const T *p, size_t left) {
  return left >= LANES ? FN(load)(p) : FN(load_part)(p, left);
}
/// The same from an operand whose stride is 1, or 0 for one scalar repeated.
LK_INLINE V FN(take_strided)(const T *p, ptrdiff_t stride, size_t i, size_t left) {
  return stride ? FN(take)(p + i, left) : FN(splat)(*p);
}
LK_INLINE void FN(put)(T *p, V v, size_t left) {
  if (left >= LANES) FN(store)(p, v);
  else FN(store_part)(p, v, left);
}
/// Writes v, or adds it to what is there.
LK_INLINE void FN(put_or_add)(T *p, V v, size_t left, int accumulate) {
  FN(put)(p, accumulate ? FN(take)(p, left) + v : v, left);
}
