// The products of a recurrent layer, and the memory that is fetched while they run.
//
// What a sequence keeps is far larger than the caches, and a product leaves memory idle. So the rows
// that the next steps will read or write are asked for during the products of these, a few lines
// before each tile: asked for at once, they would wait for the few misses that a core can have open.

enum { FN(line) = 64 / sizeof(T) };

/// Runs of memory, and how many lines of each to ask for at a time.
typedef struct FN(fetch) {
  struct {
    const T *next, *end;
    size_t portion;
  } runs[3];
  int count, for_writing;
} FN(fetch);

/// Rows of a buffer that may be missing, in portions for so many tiles.
LK_INLINE void FN(fetch_rows)(FN(fetch) *fetch, const void *buffer, size_t row, size_t rows,
                              size_t width, size_t tiles) {
  if (!buffer || !rows || !tiles) return;
  const T *from = (const T *)buffer + row * width;
  fetch->runs[fetch->count].next = from;
  fetch->runs[fetch->count].end = from + rows * width;
  fetch->runs[fetch->count++].portion = (rows * width / tiles / FN(line) + 1) * FN(line);
}

LK_INLINE void FN(fetch_portion)(FN(fetch) *fetch) {
  for (int i = 0; i < fetch->count; ++i) {
    const T *next = fetch->runs[i].next;
    const size_t left = (size_t)(fetch->runs[i].end - next), portion = fetch->runs[i].portion;
    const T *end = next + (portion < left ? portion : left);
    if (fetch->for_writing) {
      for (; next < end; next += FN(line)) __builtin_prefetch(next, 1, 2);
    } else {
      for (; next < end; next += FN(line)) __builtin_prefetch(next, 0, 2);
    }
    fetch->runs[i].next = end;
  }
}

/// Rows of blocks that are as equal as possible.
LK_INLINE size_t FN(block_height)(size_t rows) {
  size_t blocks = (rows + TILE_ROWS - 1) / TILE_ROWS;
  return blocks ? (rows + blocks - 1) / blocks : 1;
}
/// Tiles of a product of so many rows and columns.
LK_INLINE size_t FN(tile_count)(size_t rows, size_t columns) {
  return (rows + TILE_ROWS - 1) / TILE_ROWS * ((columns + TILE_COLUMNS - 1) / TILE_COLUMNS);
}

/// c (+)= a · b for `rows` x `k` of a and b packed into panels of two vectors; `columns` is a whole
/// number of vectors. The first `known` columns of a are zeros and left out.
static void FN(panel_product)(size_t rows, size_t known, size_t k, size_t columns, const T *a,
                              ptrdiff_t a_row, const T *panels, T *c, ptrdiff_t c_row, int add,
                              FN(fetch) *fetch) {
  const size_t height = FN(block_height)(rows);
  for (size_t j = 0; j < columns; j += TILE_COLUMNS) {
    int vectors = columns - j > LANES ? 2 : 1;
    const T *panel = panels + j * k + known * vectors * LANES;
    for (size_t i = 0; i < rows; i += height) {
      size_t block = rows - i < height ? rows - i : height;
      FN(fetch_portion)(fetch);
      FN(tiles)[block - 1][vectors - 1](k - known, a + (ptrdiff_t)i * a_row + known, a_row, 1,
                                        panel, vectors * LANES, c + (ptrdiff_t)i * c_row + j, c_row,
                                        add);
    }
  }
}

/// Adds the weights' gradient of some successive steps.
static void FN(add_weight_gradient)(const LKRecurrence *r, const LKRecurrenceLayout *layout,
                                    size_t steps, const T *operand, const T *d_columns,
                                    T *gradient, FN(fetch) *fetch) {
  const size_t height = FN(block_height)(layout->operand);
  for (size_t j = 0; j < layout->columns; j += TILE_COLUMNS) {
    int vectors = layout->columns - j > LANES ? 2 : 1;
    for (size_t i = 0; i < layout->operand; i += height) {
      size_t block = layout->operand - i < height ? layout->operand - i : height;
      FN(fetch_portion)(fetch);
      FN(tiles)[block - 1][vectors - 1](steps * r->rows, operand + i, 1, (ptrdiff_t)layout->width,
                                        d_columns + j, (ptrdiff_t)layout->gradient_row,
                                        gradient + i * layout->columns + j,
                                        (ptrdiff_t)layout->columns, 1);
    }
  }
}
