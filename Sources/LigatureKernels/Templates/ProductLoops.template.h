// The loops around the tiles: blocks of k, blocks of packed columns, blocks of broadcast rows.

LK_INLINE T *FN(element)(T *c, ptrdiff_t c_row, int turned, size_t row, size_t column) {
  return turned ? c + (ptrdiff_t)column * c_row + row : c + (ptrdiff_t)row * c_row + column;
}

/// Packs all panels of a block, each `TILE_COLUMNS` wide, the last one as few vectors as it needs.
static void FN(pack_panels)(const FN(plan) * plan, size_t k0, size_t k, size_t column,
                            size_t columns, T *target) {
  const T *source = plan->packed + (ptrdiff_t)k0 * plan->packed_step;
  for (size_t j = 0; j < columns; j += TILE_COLUMNS) {
    size_t count = columns - j < TILE_COLUMNS ? columns - j : TILE_COLUMNS;
    FN(pack)(k, count, source + (ptrdiff_t)(column + j) * plan->packed_across, plan->packed_step,
             plan->packed_across, target + j * k, count > LANES ? TILE_COLUMNS : LANES);
  }
}

/// Asks for the lines of a tile of C, so that they arrive while it is being computed.
LK_INLINE void FN(fetch_for_writing)(size_t rows, size_t columns, const T *c, ptrdiff_t c_row) {
  for (size_t i = 0; i < rows; ++i, c += c_row) {
    __builtin_prefetch(c, 1, 3);
    if (columns * sizeof(T) > 64) __builtin_prefetch(c + 64 / sizeof(T), 1, 3);
    __builtin_prefetch(c + columns - 1, 1, 3);
  }
}

/// One tile, from registers to C: straight if it is whole, else by way of a buffer.
static void FN(tile_into)(const FN(plan) * plan, size_t rows, size_t count, size_t k, const T *a,
                          ptrdiff_t a_row, ptrdiff_t a_step, const T *b, ptrdiff_t b_step, T *c,
                          ptrdiff_t c_row, FN(epilogue) end) {
  int vectors = count > LANES ? 2 : 1;
  FN(tile_kernel) *kernel = FN(tiles)[rows - 1][vectors - 1];
  if (!plan->turned && count % LANES == 0) {
    FN(fetch_for_writing)(rows, count, c, c_row);
    kernel(k, a, a_row, a_step, b, b_step, c, c_row, end.add);
    end.add = 0;
    if (end.bias || end.activation != LK_IDENTITY) {
      FN(finish)(rows, count, c, c_row, c, c_row, &end);
    }
    return;
  }
  _Alignas(64) T tile[TILE_ROWS_PADDED * TILE_COLUMNS];
  kernel(k, a, a_row, a_step, b, b_step, tile, TILE_COLUMNS, 0);
  if (plan->turned) FN(finish_transposed)(rows, count, tile, c, c_row, &end);
  else FN(finish)(rows, count, tile, TILE_COLUMNS, c, c_row, &end);
}

/// All tiles of one block of k and one block of columns.
static void FN(block_into)(const FN(plan) * plan, const LKProduct *product, size_t k0, size_t k,
                           size_t column, size_t columns, T *workspace, FN(epilogue) end) {
  T *packed_rows = workspace, *panels = workspace + k * TILE_ROWS_PADDED;
  // Reading vectors in place needs whole ones; the last few columns are packed all the same.
  size_t in_place = plan->direct ? columns / LANES * LANES : 0;
  FN(pack_panels)(plan, k0, k, column + in_place, columns - in_place, panels);

  const T *a = plan->broadcast + (ptrdiff_t)k0 * plan->broadcast_step;
  const T *b = plan->packed + (ptrdiff_t)k0 * plan->packed_step + (ptrdiff_t)column;
  int friendly = plan->broadcast_row == 1 || plan->broadcast_step == 1;
  int crowded = FN(crowds_cache)(plan->broadcast_row) || FN(crowds_cache)(plan->broadcast_step);
  int pack_rows = columns > TILE_COLUMNS && (crowded || !friendly);

  const size_t blocks = FN(part_count)(plan->rows, TILE_ROWS);
  // Vectors that are read in place lie far apart: all rows meet them while they are in a cache.
  const size_t width = plan->direct && !pack_rows ? TILE_COLUMNS : columns;
  for (size_t first = 0; first < columns; first += width) {
    const size_t last = columns - first < width ? columns : first + width;
    for (size_t block = 0; block < blocks; ++block) {
      size_t row = FN(part_start)(plan->rows, blocks, block);
      size_t rows = FN(part_start)(plan->rows, blocks, block + 1) - row;
      const T *a_block = a + (ptrdiff_t)row * plan->broadcast_row;
      ptrdiff_t a_row = plan->broadcast_row, a_step = plan->broadcast_step;
      if (pack_rows) {
        FN(pack)(k, rows, a_block, a_step, a_row, packed_rows, TILE_ROWS_PADDED);
        a_block = packed_rows, a_row = 1, a_step = TILE_ROWS_PADDED;
      }
      FN(epilogue) here = end;
      if (plan->turned && end.bias) here.bias = end.bias + row;
      for (size_t j = first; j < last;) {
        int from_place = j < in_place;
        size_t rest = (from_place && in_place < last ? in_place : last) - j;
        size_t count = rest < TILE_COLUMNS ? rest : TILE_COLUMNS;
        if (!plan->turned && end.bias) here.bias = end.bias + column + j;
        const T *vectors = from_place ? b + j : panels + (j - in_place) * k;
        ptrdiff_t step = from_place ? plan->packed_step : count > LANES ? TILE_COLUMNS : LANES;
        FN(tile_into)(plan, rows, count, k, a_block, a_row, a_step, vectors, step,
                      FN(element)(product->c, product->c_row, plan->turned, row, column + j),
                      product->c_row, here);
        j += count;
      }
    }
  }
}

static void FN(product)(const LKProduct *product, void *workspace) {
  const FN(epilogue) last = {product->accumulate, product->bias, product->activation,
                             (T)product->parameter};
  if (product->m == 0 || product->n == 0) return;
  if (product->k == 0) {
    FN(epilogue) end = last;
    T *c = product->c;
    for (size_t i = 0; i < product->m; ++i, c += product->c_row) {
      if (!product->accumulate) memset(c, 0, product->n * sizeof(T));
      end.add = 0;
      FN(finish)(1, product->n, c, product->c_row, c, product->c_row, &end);
    }
    return;
  }
  const FN(plan) plan = FN(plan_product)(product);
  T *aligned = (T *)(((uintptr_t)workspace + 63) & ~(uintptr_t)63);
  size_t chains = FN(chain_blocks)(plan.k), width = FN(block_columns)(plan.columns, plan.k);
  for (size_t chain = 0; chain < chains; ++chain) {
    size_t k0 = FN(part_start)(plan.k, chains, chain);
    size_t k = FN(part_start)(plan.k, chains, chain + 1) - k0;
    FN(epilogue) end = {product->accumulate || chain > 0, NULL, LK_IDENTITY, 0};
    if (chain + 1 == chains) {
      end = last;
      end.add |= chain > 0;
    }
    for (size_t column = 0; column < plan.columns; column += width) {
      size_t columns = plan.columns - column < width ? plan.columns - column : width;
      FN(block_into)(&plan, product, k0, k, column, columns, aligned, end);
    }
  }
}
