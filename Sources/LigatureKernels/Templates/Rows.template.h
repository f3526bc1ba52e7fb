// Softmax and normalisation over the rows of [rows, columns], with their gradients.

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

static void FN(softmax)(int logarithm, size_t rows, size_t columns, const void *input,
                        void *output) {
  const T *x = input;
  T *y = output;
  for (size_t row = 0; row < rows; ++row, x += columns, y += columns) {
    const V largest = FN(splat)(FN(whole_max)(columns, x));
    T sum;
    if (logarithm) {
      LK_ROW_SUM(sum, columns, FN(exp)(FN(take)(x + i, left) - largest));
      const V log_sum = FN(log)(FN(splat)(sum));
      LK_EACH_VECTOR(columns, {
        FN(put)(y + i, (FN(take)(x + i, left) - largest) - log_sum, left);
      });
    } else {
      LK_EACH_VECTOR(columns, {
        FN(put)(y + i, FN(exp)(FN(take)(x + i, left) - largest), left);
      });
      LK_ROW_SUM(sum, columns, FN(take)(y + i, left));
      LK_EACH_VECTOR(columns, { FN(put)(y + i, FN(take)(y + i, left) / sum, left); });
    }
  }
}

static void FN(softmax_gradient)(int logarithm, size_t rows, size_t columns, const void *result,
                                 const void *upstream, void *out, int accumulate) {
  const T *y = result, *dy = upstream;
  T *dx = out;
  for (size_t row = 0; row < rows; ++row, y += columns, dy += columns, dx += columns) {
    T sum;
    if (logarithm) {
      LK_ROW_SUM(sum, columns, FN(take)(dy + i, left));
      LK_EACH_VECTOR(columns, {
        V probability = FN(exp)(FN(take)(y + i, left));
        V value = FN(fma)(-probability, FN(splat)(sum), FN(take)(dy + i, left));
        FN(put_or_add)(dx + i, value, left, accumulate);
      });
    } else {
      LK_ROW_SUM(sum, columns, FN(take)(y + i, left) * FN(take)(dy + i, left));
      LK_EACH_VECTOR(columns, {
        V value = FN(take)(y + i, left) * (FN(take)(dy + i, left) - sum);
        FN(put_or_add)(dx + i, value, left, accumulate);
      });
    }
  }
}

static void FN(normalize_rows)(size_t rows, size_t columns, double epsilon, const void *input,
                               void *output, void *mean_output, void *inverse_output) {
  const T *x = input;
  T *y = output, *means = mean_output, *inverses = inverse_output;
  for (size_t row = 0; row < rows; ++row, x += columns, y += columns) {
    T sum, squares;
    LK_ROW_SUM(sum, columns, FN(take)(x + i, left));
    const T mean = columns ? sum / (T)columns : 0;
    LK_ROW_SUM(squares, columns,
               (FN(take)(x + i, left) - mean) * (FN(take)(x + i, left) - mean));
    const T variance = columns ? squares / (T)columns : 0;
    const T inverse = 1 / (T)sqrt((double)(variance + (T)epsilon));
    LK_EACH_VECTOR(columns, {
      FN(put)(y + i, (FN(take)(x + i, left) - mean) * inverse, left);
    });
    means[row] = mean;
    inverses[row] = inverse;
  }
}

/// dx = inverse (dy - mean(dy) - y mean(dy y)).
static void FN(normalize_rows_gradient)(size_t rows, size_t columns, const void *result,
                                        const void *inverse_input, const void *upstream,
                                        void *out, int accumulate) {
  const T *y = result, *dy = upstream, *inverses = inverse_input;
  T *dx = out;
  for (size_t row = 0; row < rows; ++row, y += columns, dy += columns, dx += columns) {
    T sum, along;
    LK_ROW_SUM(sum, columns, FN(take)(dy + i, left));
    LK_ROW_SUM(along, columns, FN(take)(dy + i, left) * FN(take)(y + i, left));
    const V mean = FN(splat)(columns ? sum / (T)columns : 0);
    const V slope = FN(splat)(columns ? along / (T)columns : 0);
    LK_EACH_VECTOR(columns, {
      V centered = FN(fma)(-FN(take)(y + i, left), slope, FN(take)(dy + i, left) - mean);
      FN(put_or_add)(dx + i, centered * inverses[row], left, accumulate);
    });
  }
}

#undef LK_ROW_SUM
