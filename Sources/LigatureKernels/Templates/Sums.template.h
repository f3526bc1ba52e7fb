// Sums, products and extremes of many numbers, in an order that depends on how many they are and
// on nothing else: not on the level, whose vectors have 16, 32 or 64 bytes. All levels work as the
// widest does, on `WIDE` numbers at a time in as many vectors as that takes. Lane l of a wide
// vector collects the numbers l, l + WIDE, l + 2 WIDE and so on of a run; at its end lanes l and
// l + half are merged, for half of them, a quarter, and so on.

#define WIDE (64 / (int)sizeof(T))
#define WIDE_VECTORS (64 / LK_VECTOR_BYTES)

typedef struct FN(wide) {
  V part[WIDE_VECTORS];
} FN(wide);

LK_INLINE V FN(reduction_identity)(LKReduction op) {
  switch (op) {
    case LK_PRODUCT_OF: return FN(splat)(1);
    case LK_MAX_OF: return FN(splat)(-(T)INFINITY);
    case LK_MIN_OF: return FN(splat)((T)INFINITY);
    default: return FN(splat)(0);
  }
}
LK_INLINE V FN(merge)(LKReduction op, V a, V b) {
  switch (op) {
    case LK_PRODUCT_OF: return a * b;
    case LK_MAX_OF: return FN(choose)((b > a) | (b != b), b, a);
    case LK_MIN_OF: return FN(choose)((b < a) | (b != b), b, a);
    default: return a + b;
  }
}
LK_INLINE V FN(absorb)(LKReduction op, V sum, V x) {
  return op == LK_SUM_OF_SQUARES ? FN(fma)(x, x, sum) : FN(merge)(op, sum, x);
}

LK_INLINE IV FN(lane_numbers)(void) {
  IV lanes;
#pragma clang loop unroll(full)
  for (int lane = 0; lane < LANES; ++lane) lanes[lane] = lane;
  return lanes;
}
/// v with everything from lane `left` on replaced.
LK_INLINE V FN(keep_lanes)(V v, size_t left, V otherwise) {
  return left >= LANES ? v : FN(choose)(FN(lane_numbers)() < (IV)((IT)left), v, otherwise);
}

LK_INLINE T FN(merge_lanes)(LKReduction op, V v) {
#pragma clang loop unroll(full)
  for (int half = LANES / 2; half; half /= 2) {
    V upper = v;
#pragma clang loop unroll(full)
    for (int lane = 0; lane < half; ++lane) upper[lane] = v[lane + half];
    v = FN(merge)(op, v, upper);
  }
  return v[0];
}
LK_INLINE V FN(merge_parts)(LKReduction op, FN(wide) wide) {
#pragma clang loop unroll(full)
  for (int half = WIDE_VECTORS / 2; half; half /= 2) {
#pragma clang loop unroll(full)
    for (int j = 0; j < half; ++j) {
      wide.part[j] = FN(merge)(op, wide.part[j], wide.part[j + half]);
    }
  }
  return wide.part[0];
}
LK_INLINE T FN(merge_wide)(LKReduction op, FN(wide) wide) {
  return FN(merge_lanes)(op, FN(merge_parts)(op, wide));
}
/// A sum's lanes, added up in double.
LK_INLINE double FN(total_in_double)(FN(wide) wide) {
  double lanes[WIDE];
#pragma clang loop unroll(full)
  for (int i = 0; i < WIDE; ++i) lanes[i] = (double)wide.part[i / LANES][i % LANES];
#pragma clang loop unroll(full)
  for (int half = WIDE / 2; half; half /= 2) {
#pragma clang loop unroll(full)
    for (int i = 0; i < half; ++i) lanes[i] += lanes[i + half];
  }
  return lanes[0];
}

LK_INLINE FN(wide) FN(wide_splat)(V value) {
  FN(wide) wide;
#pragma clang loop unroll(full)
  for (int j = 0; j < WIDE_VECTORS; ++j) wide.part[j] = value;
  return wide;
}
LK_INLINE FN(wide) FN(wide_merge)(LKReduction op, FN(wide) a, FN(wide) b) {
#pragma clang loop unroll(full)
  for (int j = 0; j < WIDE_VECTORS; ++j) a.part[j] = FN(merge)(op, a.part[j], b.part[j]);
  return a;
}

/// Runs the statements for every vector of n numbers: `i` is the index of its first element, `left`
/// how many of its lanes exist, `j` its place in a wide vector. After each wide vector, at the
/// number `end`, `then` is run.
#define LK_EACH_WIDE(n, then, ...)                                         \
  do {                                                                     \
    size_t end = 0;                                                        \
    while (end + WIDE <= (n)) {                                            \
      const size_t start = end;                                            \
      _Pragma("clang loop unroll(full)")                                   \
      for (int j = 0; j < WIDE_VECTORS; ++j) {                             \
        const size_t i = start + (size_t)j * LANES, left = LANES;          \
        __VA_ARGS__                                                        \
      }                                                                    \
      end = start + WIDE;                                                  \
      then                                                                 \
    }                                                                      \
    _Pragma("clang loop unroll(full)")                                     \
    for (int j = 0; j < WIDE_VECTORS; ++j) {                               \
      const size_t i = end + (size_t)j * LANES;                            \
      if (i < (n)) {                                                       \
        const size_t left = (n) - i;                                       \
        __VA_ARGS__                                                        \
      }                                                                    \
    }                                                                      \
  } while (0)

/// The sum of an expression in `i` and `left` over a row, in blocks of 64 wide vectors; lanes that do
/// not exist count as 0.
#define LK_ROW_SUM(result, columns, expression)                                             \
  do {                                                                                      \
    FN(wide) whole = FN(wide_splat)(FN(splat)(0)), block = whole;                           \
    LK_EACH_WIDE(columns,                                                                   \
                 if (end % (64 * WIDE) == 0) {                                              \
                   whole = FN(wide_merge)(LK_SUM, whole, block);                            \
                   block = FN(wide_splat)(FN(splat)(0));                                    \
                 },                                                                         \
                 block.part[j] += FN(keep_lanes)(expression, left, FN(splat)(0)););         \
    result = FN(merge_wide)(LK_SUM, FN(wide_merge)(LK_SUM, whole, block));                  \
  } while (0)
