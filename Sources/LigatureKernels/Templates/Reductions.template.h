// Reductions over the middle of [outer, n, inner]. Runs of fixed length are summed in vectors and
// then pairwise, so that the error grows with log n and the order depends on the sizes only.

/// Numbers side by side, and rows, where `inner` is not 1, that are summed before sums are merged.
enum { FN(run_length) = 1024, FN(run_rows) = 64 };

/// Four wide vectors take turns, so that none waits for its last sum: 64 partial sums of float32,
/// 32 of float64. What is left after whole turns goes to the first.
LK_INLINE FN(wide) FN(reduce_run)(LKReduction op, size_t n, const T *x) {
  const V identity = FN(reduction_identity)(op);
  FN(wide) sums[4];
#pragma clang loop unroll(full)
  for (int turn = 0; turn < 4; ++turn) sums[turn] = FN(wide_splat)(identity);
  size_t done = 0;
  for (; done + 4 * WIDE <= n; done += 4 * WIDE) {
#pragma clang loop unroll(full)
    for (int turn = 0; turn < 4; ++turn) {
#pragma clang loop unroll(full)
      for (int j = 0; j < WIDE_VECTORS; ++j) {
        const T *from = x + done + turn * WIDE + j * LANES;
        sums[turn].part[j] = FN(absorb)(op, sums[turn].part[j], FN(load)(from));
      }
    }
  }
  const T *rest = x + done;
  LK_EACH_WIDE(n - done, , {
    const V value = FN(keep_lanes)(FN(take)(rest + i, left), left, identity);
    sums[0].part[j] = FN(absorb)(op, sums[0].part[j], value);
  });
  if (done == 0) return sums[0];
  return FN(wide_merge)(op, FN(wide_merge)(op, sums[0], sums[1]),
                        FN(wide_merge)(op, sums[2], sums[3]));
}

LK_INLINE void FN(reduce_rows)(LKReduction op, int vectors, size_t left, size_t n, size_t inner,
                               const T *x, V *sum) {
  for (int j = 0; j < vectors; ++j) sum[j] = FN(reduction_identity)(op);
  for (size_t row = 0; row < n; ++row, x += inner) {
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; ++j) {
      sum[j] = FN(absorb)(op, sum[j], FN(take)(x + j * LANES, left));
    }
  }
}

/// Rows of at most WIDE numbers, LANES rows at a time: once they are transposed, their lanes are merged
/// side by side, in the order of `merge_wide`.
LK_INLINE void FN(reduce_narrow)(LKReduction op, size_t outer, size_t n, const T *x, T *out,
                                 int accumulate) {
  const V identity = FN(reduction_identity)(op);
  for (size_t i = 0; i < outer; i += LANES) {
    const size_t rows = outer - i;
    V row[LANES];
    for (size_t r = 0; r < LANES; ++r) {
      FN(wide) wide = FN(wide_splat)(identity);
      const T *from = x + (i + r) * n;
      for (size_t j = 0; j < WIDE_VECTORS && j * LANES < n && r < rows; ++j) {
        const size_t left = n - j * LANES;
        const V value = FN(keep_lanes)(FN(take)(from + j * LANES, left), left, identity);
        wide.part[j] = FN(absorb)(op, identity, value);
      }
      row[r] = FN(merge_parts)(op, wide);
    }
    FN(transpose)(row);
#pragma clang loop unroll(full)
    for (int half = LANES / 2; half; half /= 2) {
#pragma clang loop unroll(full)
      for (int k = 0; k < half; ++k) row[k] = FN(merge)(op, row[k], row[k + half]);
    }
    FN(put_or_add)(out + i, row[0], rows, accumulate);
  }
}

/// Of n pieces more than `length`: how many the first half takes, whole runs of them.
LK_INLINE size_t FN(first_half)(size_t n, size_t length) {
  return (n / 2 + length - 1) / length * length;
}

#define LK_DEFINE_REDUCTION(name, op)                                                           \
  static FN(wide) FN(run_##name)(size_t n, const T *x) {                                        \
    size_t half = FN(first_half)(n, FN(run_length));                                            \
    if (n > 2 * FN(run_length)) {                                                               \
      FN(wide) first = FN(run_##name)(half, x);                                                 \
      return FN(wide_merge)(op, first, FN(run_##name)(n - half, x + half));                     \
    }                                                                                           \
    if (n <= FN(run_length)) return FN(reduce_run)(op, n, x);                                   \
    /* Two runs in one call: it costs as much as a tenth of a run. */                           \
    FN(wide) first = FN(reduce_run)(op, half, x);                                               \
    return FN(wide_merge)(op, first, FN(reduce_run)(op, n - half, x + half));                   \
  }                                                                                             \
  LK_INLINE T FN(whole_##name)(size_t n, const T *x) {                                          \
    FN(wide) wide = n <= FN(run_length) ? FN(reduce_run)(op, n, x) : FN(run_##name)(n, x);      \
    return FN(merge_wide)(op, wide);                                                            \
  }                                                                                             \
  /* Columns of `vectors` adjacent vectors, or of `left` scalars of one. */                     \
  static void FN(rows_##name)(int vectors, size_t left, size_t n, size_t inner, const T *x,     \
                              V *sum) {                                                         \
    if (n <= FN(run_rows)) {                                                                    \
      if (vectors == 4) FN(reduce_rows)(op, 4, LANES, n, inner, x, sum);                        \
      else FN(reduce_rows)(op, 1, left, n, inner, x, sum);                                      \
      return;                                                                                   \
    }                                                                                           \
    size_t half = FN(first_half)(n, FN(run_rows));                                              \
    V second[4];                                                                                \
    FN(rows_##name)(vectors, left, half, inner, x, sum);                                        \
    FN(rows_##name)(vectors, left, n - half, inner, x + half * inner, second);                  \
    for (int j = 0; j < vectors; ++j) sum[j] = FN(merge)(op, sum[j], second[j]);                \
  }                                                                                             \
  static void FN(narrow_##name)(size_t outer, size_t n, const T *x, T *out, int accumulate) {     \
    FN(reduce_narrow)(op, outer, n, x, out, accumulate);                                        \
  }                                                                                             \
  static void FN(reduce_##name)(size_t outer, size_t n, size_t inner, size_t columns,           \
                                const void *input, void *output, int accumulate) {              \
    const T *x = input;                                                                         \
    T *out = output;                                                                            \
    if (n == 1 && columns == inner) inner = columns = outer * inner, outer = 1;                 \
    if (inner == 1) {                                                                           \
      if (n <= WIDE && outer > 1) {                                                             \
        FN(narrow_##name)(outer, n, x, out, accumulate);                                        \
        return;                                                                                 \
      }                                                                                         \
      for (size_t i = 0; i < outer; ++i) {                                                      \
        T value = FN(whole_##name)(n, x + i * n);                                               \
        out[i] = accumulate ? out[i] + value : value;                                           \
      }                                                                                         \
      return;                                                                                   \
    }                                                                                           \
    for (size_t i = 0; i < outer; ++i, x += n * inner, out += inner) {                          \
      V sum[4];                                                                                 \
      for (size_t column = 0; column < columns;) {                                              \
        size_t left = columns - column;                                                         \
        int vectors = left >= 4 * LANES ? 4 : 1;                                                \
        FN(rows_##name)(vectors, left, n, inner, x + column, sum);                              \
        for (int j = 0; j < vectors; ++j, column += LANES) {                                    \
          FN(put_or_add)(out + column, sum[j], left, accumulate);                               \
        }                                                                                       \
      }                                                                                         \
    }                                                                                           \
  }

LK_DEFINE_REDUCTION(sum, LK_SUM)
LK_DEFINE_REDUCTION(sum_of_squares, LK_SUM_OF_SQUARES)
LK_DEFINE_REDUCTION(product, LK_PRODUCT_OF)
LK_DEFINE_REDUCTION(max, LK_MAX_OF)
LK_DEFINE_REDUCTION(min, LK_MIN_OF)

#undef LK_DEFINE_REDUCTION

// Means. Of float32 the sum is taken in double and divided there, so that it is rounded once; of
// float64 the mean of what is left above a first mean is added to it. Either way the mean of equal
// numbers is that number.

typedef double FN(doubles) __attribute__((ext_vector_type(LANES)));

// A macro: as a function's result such a vector would be of no fixed place where levels differ.
#define LK_IN_DOUBLE(v) __builtin_convertvector((v), FN(doubles))

/// The sum of x - base. Two wide vectors take turns.
static double FN(sum_above)(size_t n, const T *x, T base) {
  FN(doubles) sums[2][WIDE_VECTORS] = {0};
  size_t done = 0;
  for (; done + 2 * WIDE <= n; done += 2 * WIDE) {
#pragma clang loop unroll(full)
    for (int turn = 0; turn < 2; ++turn) {
#pragma clang loop unroll(full)
      for (int j = 0; j < WIDE_VECTORS; ++j) {
        const T *from = x + done + turn * WIDE + j * LANES;
        sums[turn][j] += LK_IN_DOUBLE(FN(load)(from) - base);
      }
    }
  }
  const T *rest = x + done;
  LK_EACH_WIDE(n - done, , {
    const V value = FN(keep_lanes)(FN(take)(rest + i, left) - base, left, FN(splat)(0));
    sums[0][j] += LK_IN_DOUBLE(value);
  });
  double lanes[WIDE];
#pragma clang loop unroll(full)
  for (int i = 0; i < WIDE; ++i) {
    lanes[i] = sums[0][i / LANES][i % LANES] + sums[1][i / LANES][i % LANES];
  }
#pragma clang loop unroll(full)
  for (int half = WIDE / 2; half; half /= 2) {
#pragma clang loop unroll(full)
    for (int i = 0; i < half; ++i) lanes[i] += lanes[i + half];
  }
  return lanes[0];
}

static T FN(mean_of)(size_t n, const T *x) {
#if LK_DOUBLE
  const T base = FN(whole_sum)(n, x) / (T)n;
  // Beyond the largest number there is nothing above it, and above NaN neither.
  return base - base == 0 ? base + FN(sum_above)(n, x, base) / (double)n : base;
#else
  return (T)(FN(sum_above)(n, x, 0) / (double)n);
#endif
}

/// Columns of `vectors` adjacent vectors, or of `left` scalars of one.
LK_INLINE void FN(mean_rows)(int vectors, size_t left, size_t n, size_t inner, const T *x,
                             V *mean) {
  V base[4];
  FN(doubles) sums[4] = {0};
#if LK_DOUBLE
  FN(rows_sum)(vectors, left, n, inner, x, base);
  for (int j = 0; j < vectors; ++j) base[j] /= (T)n;
#else
  for (int j = 0; j < vectors; ++j) base[j] = FN(splat)(0);
#endif
  for (size_t row = 0; row < n; ++row, x += inner) {
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; ++j) {
      sums[j] += LK_IN_DOUBLE(FN(take)(x + j * LANES, left) - base[j]);
    }
  }
  for (int j = 0; j < vectors; ++j) {
    const V above = __builtin_convertvector(sums[j] / (double)n, V);
    mean[j] = LK_DOUBLE ? FN(choose)(base[j] - base[j] == 0, base[j] + above, base[j]) : above;
  }
}

static void FN(reduce_mean)(size_t outer, size_t n, size_t inner, size_t columns,
                            const void *input, void *output, int accumulate) {
  const T *x = input;
  T *out = output;
  if (inner == 1) {
    for (size_t i = 0; i < outer; ++i) {
      T value = FN(mean_of)(n, x + i * n);
      out[i] = accumulate ? out[i] + value : value;
    }
    return;
  }
  for (size_t i = 0; i < outer; ++i, x += n * inner, out += inner) {
    V mean[4];
    for (size_t column = 0; column < columns;) {
      size_t left = columns - column;
      int vectors = left >= 4 * LANES ? 4 : 1;
      if (vectors == 4) FN(mean_rows)(4, LANES, n, inner, x + column, mean);
      else FN(mean_rows)(1, left, n, inner, x + column, mean);
      for (int j = 0; j < vectors; ++j, column += LANES) {
        FN(put_or_add)(out + column, mean[j], left, accumulate);
      }
    }
  }
}

#undef LK_IN_DOUBLE

static void FN(arg_extreme)(int smallest, size_t outer, size_t n, size_t inner, const void *input,
                            int64_t *out) {
  const T *x = input;
  for (size_t o = 0; o < outer; ++o, x += n * inner, out += inner) {
    if (inner == 1) {
      T best = smallest ? FN(whole_min)(n, x) : FN(whole_max)(n, x);
      int64_t at = 0;
      while (best == best ? x[at] != best : x[at] == x[at]) ++at;
      *out = at;
      continue;
    }
    for (size_t column = 0; column < inner; ++column) out[column] = 0;
    for (size_t row = 1; row < n; ++row) {
      const T *candidate = x + row * inner;
      for (size_t column = 0; column < inner; ++column) {
        T value = candidate[column], best = x[(size_t)out[column] * inner + column];
        int better = smallest ? value < best : value > best;
        if (best == best && (better || value != value)) out[column] = (int64_t)row;
      }
    }
  }
}

static double FN(dot_adjacent)(size_t n, const T *a, const T *b) {
  if (n > FN(run_length)) {
    size_t half = FN(first_half)(n, FN(run_length));
    double first = FN(dot_adjacent)(half, a, b);
    return first + FN(dot_adjacent)(n - half, a + half, b + half);
  }
  FN(wide) sums[4];
#pragma clang loop unroll(full)
  for (int turn = 0; turn < 4; ++turn) sums[turn] = FN(wide_splat)(FN(splat)(0));
  size_t done = 0;
  for (; done + 4 * WIDE <= n; done += 4 * WIDE) {
#pragma clang loop unroll(full)
    for (int turn = 0; turn < 4; ++turn) {
#pragma clang loop unroll(full)
      for (int j = 0; j < WIDE_VECTORS; ++j) {
        const size_t at = done + (size_t)(turn * WIDE + j * LANES);
        sums[turn].part[j] = FN(fma)(FN(load)(a + at), FN(load)(b + at), sums[turn].part[j]);
      }
    }
  }
  const T *rest_a = a + done, *rest_b = b + done;
  LK_EACH_WIDE(n - done, , {
    const V factor = FN(take)(rest_a + i, left);
    sums[0].part[j] = FN(fma)(factor, FN(take)(rest_b + i, left), sums[0].part[j]);
  });
  return FN(total_in_double)(FN(wide_merge)(LK_SUM, FN(wide_merge)(LK_SUM, sums[0], sums[1]),
                                            FN(wide_merge)(LK_SUM, sums[2], sums[3])));
}
static double FN(dot)(size_t n, const void *a, const void *b) { return FN(dot_adjacent)(n, a, b); }

static int FN(all_within)(size_t n, double low, double high, const void *input) {
  const T *x = input;
  const V bottom = FN(splat)((T)low), top = FN(splat)((T)high);
  // A look at what was found every few thousand elements.
  while (n) {
    size_t piece = n < 4096 ? n : 4096, i = 0;
    IV outside[4] = {0};
    for (; i + 4 * LANES <= piece; i += 4 * LANES) {
#pragma clang loop unroll(full)
      for (int j = 0; j < 4; ++j) {
        V value = FN(load)(x + i + j * LANES);
        outside[j] |= ~((value >= bottom) & (value <= top));
      }
    }
    for (; i < piece; i += LANES) {
      V value = FN(keep_lanes)(FN(take)(x + i, piece - i), piece - i, bottom);
      outside[0] |= ~((value >= bottom) & (value <= top));
    }
    const IV any = (outside[0] | outside[1]) | (outside[2] | outside[3]);
    for (int lane = 0; lane < LANES; ++lane) {
      if (any[lane]) return 0;
    }
    x += piece;
    n -= piece;
  }
  return 1;
}
