// What happens to a finished tile on its way into C.

/// How one block of k ends.
typedef struct FN(epilogue) {
  int add;        // to what C holds
  const T *bias;  // per column, or NULL
  LKActivation activation;
  T parameter;
} FN(epilogue);

LK_INLINE V FN(activate)(V x, LKActivation activation, V parameter) {
  switch (activation) {
    case LK_ACT_RELU: return FN(positive_part)(x);
    case LK_ACT_LEAKY_RELU: return FN(leaky_relu)(x, parameter);
    case LK_ACT_TANH: return FN(tanh)(x);
    case LK_ACT_SIGMOID: return FN(sigmoid)(x);
    case LK_ACT_GELU: return FN(gelu)(x);
    default: return x;
  }
}

LK_INLINE void FN(finish_as)(LKActivation activation, size_t rows, size_t columns, const T *tile,
                             ptrdiff_t tile_row, T *c, ptrdiff_t c_row,
                             const FN(epilogue) * end) {
  const V parameter = FN(splat)(end->parameter);
  for (size_t j = 0; j < columns; j += LANES) {
    const size_t left = columns - j;
    const T *from = tile + j;
    T *to = c + j;
    const V bias = end->bias ? FN(take)(end->bias + j, left) : FN(splat)(0);
    for (size_t i = 0; i < rows; ++i, from += tile_row, to += c_row) {
      V value = FN(take)(from, left);
      if (end->add) value = FN(take)(to, left) + value;
      if (end->bias) value += bias;
      FN(put)(to, FN(activate)(value, activation, parameter), left);
    }
  }
}

/// c = activation(c + tile + bias), the parts that `end` asks for.
static void FN(finish)(size_t rows, size_t columns, const T *tile, ptrdiff_t tile_row, T *c,
                       ptrdiff_t c_row, const FN(epilogue) * end) {
#define LK_CASE(kind) \
  case kind: FN(finish_as)(kind, rows, columns, tile, tile_row, c, c_row, end); break;
  switch (end->activation) {
    LK_CASE(LK_IDENTITY)
    LK_CASE(LK_ACT_RELU)
    LK_CASE(LK_ACT_LEAKY_RELU)
    LK_CASE(LK_ACT_TANH)
    LK_CASE(LK_ACT_SIGMOID)
    LK_CASE(LK_ACT_GELU)
  }
#undef LK_CASE
}

/// The same for a tile that holds a transposed piece of C: `across` rows of C in its columns.
static void FN(finish_transposed)(size_t rows, size_t across, const T *tile, T *c,
                                  ptrdiff_t c_row, const FN(epilogue) * end) {
  _Alignas(64) T turned[TILE_COLUMNS * TILE_ROWS_PADDED];
  for (size_t j = 0; j < across; j += LANES) {
    for (size_t i = 0; i < rows; i += LANES) {
      V block[LANES];
#pragma clang loop unroll(full)
      for (size_t lane = 0; lane < LANES; ++lane) {
        block[lane] = FN(load)(tile + (i + lane) * TILE_COLUMNS + j);
      }
      FN(transpose)(block);
#pragma clang loop unroll(full)
      for (size_t lane = 0; lane < LANES; ++lane) {
        FN(store)(turned + (j + lane) * TILE_ROWS_PADDED + i, block[lane]);
      }
    }
  }
  FN(finish)(across, rows, turned, TILE_ROWS_PADDED, c, c_row, end);
}
