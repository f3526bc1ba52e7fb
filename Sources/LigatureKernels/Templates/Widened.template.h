// Functions of float32 that are computed in double, half a vector at a time, and rounded once: half an
// ulp and a little, for functions whose own polynomials in float32 would save little.

#if !LK_DOUBLE

/// name(x) by name_f64.
#define LK_WIDENED(name)                                                                         \
  LK_INLINE half_vector_f32 FN(half_##name)(half_vector_f32 x) {                                 \
    return __builtin_convertvector(name##_f64(__builtin_convertvector(x, vector_f64)),           \
                                   half_vector_f32);                                             \
  }                                                                                              \
  LK_INLINE V FN(name)(V x) {                                                                    \
    x.lo = FN(half_##name)(x.lo);                                                                \
    x.hi = FN(half_##name)(x.hi);                                                                \
    return x;                                                                                    \
  }

/// name(a, b) by name_f64.
#define LK_WIDENED_PAIR(name)                                                                    \
  LK_INLINE half_vector_f32 FN(half_##name)(half_vector_f32 a, half_vector_f32 b) {              \
    return __builtin_convertvector(name##_f64(__builtin_convertvector(a, vector_f64),            \
                                              __builtin_convertvector(b, vector_f64)),           \
                                   half_vector_f32);                                             \
  }                                                                                              \
  LK_INLINE V FN(name)(V a, V b) {                                                               \
    a.lo = FN(half_##name)(a.lo, b.lo);                                                          \
    a.hi = FN(half_##name)(a.hi, b.hi);                                                          \
    return a;                                                                                    \
  }

#endif
