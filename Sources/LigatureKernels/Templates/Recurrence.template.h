// A recurrent layer over whole sequences, for some rows of a batch: forward, and the way back.
//
// The operand of the product at a step is one row [state | input | 1] for each row of the batch,
// and its other factor one matrix [recurrent weights; weights; bias], packed into panels once. The
// operand of step s + 1 is where step s leaves its state. So a step is a product of tiles and a
// pass of the cell over a block that is still in the cache.
//
// Going back, the gradient of the weights is summed over a few steps at a time, while the gradients
// of their sums are still in the second-level cache, and those never travel to memory.

/// How the buffers of a layer are laid out, in scalars.
LK_INLINE LKRecurrenceLayout FN(layout)(const LKRecurrence *r) {
  LKRecurrenceLayout layout = {0};
  layout.hidden = (r->hidden + LANES - 1) / LANES * LANES;
  layout.columns = FN(cell_blocks)(r->cell) * layout.hidden;
  layout.operand = layout.hidden + r->features + 1;
  layout.width = (layout.operand + LANES - 1) / LANES * LANES;
  layout.packed_forward = layout.operand * layout.columns;
  layout.packed_state = layout.columns * layout.hidden;
  layout.packed_input =
      layout.columns * ((r->features + LANES - 1) / LANES * LANES);
  // One vector more than the columns, so that rows do not crowd into few sets of a cache.
  layout.gradient_row = layout.columns + LANES;
  size_t rows = r->rows ? r->rows : 1;
  layout.chunk = rows < 96 ? 96 / rows : 1;
  if (layout.chunk > r->steps) layout.chunk = r->steps ? r->steps : 1;
  layout.workspace = rows * (2 * layout.hidden + (layout.width - layout.hidden)) +
                     layout.chunk * rows * layout.gradient_row;
  return layout;
}

/// Rows of blocks that are as equal as possible.
LK_INLINE size_t FN(block_height)(size_t rows) {
  size_t blocks = (rows + TILE_ROWS - 1) / TILE_ROWS;
  return blocks ? (rows + blocks - 1) / blocks : 1;
}

/// c (+)= a · b for `rows` x `k` of a and b packed into panels of two vectors; `columns` is a whole
/// number of vectors.
static void FN(panel_product)(size_t rows, size_t k, size_t columns, const T *a, ptrdiff_t a_row,
                              ptrdiff_t a_step, const T *panels, T *c, ptrdiff_t c_row, int add) {
  const size_t height = FN(block_height)(rows);
  for (size_t j = 0; j < columns; j += TILE_COLUMNS) {
    int vectors = columns - j > LANES ? 2 : 1;
    for (size_t i = 0; i < rows; i += height) {
      size_t block = rows - i < height ? rows - i : height;
      FN(tiles)[block - 1][vectors - 1](k, a + (ptrdiff_t)i * a_row, a_row, a_step, panels + j * k,
                                        vectors * LANES, c + (ptrdiff_t)i * c_row + j, c_row, add);
    }
  }
}

/// Packs a matrix of `k` x `columns`, given by its strides, into panels of two vectors.
static void FN(pack_matrix)(size_t k, size_t columns, const T *source, ptrdiff_t step,
                            ptrdiff_t across, T *panels) {
  for (size_t j = 0; j < columns; j += TILE_COLUMNS) {
    size_t count = columns - j < TILE_COLUMNS ? columns - j : TILE_COLUMNS;
    FN(pack)(k, count, source + (ptrdiff_t)j * across, step, across, panels + j * k,
             count > LANES ? TILE_COLUMNS : LANES);
  }
}

/// Between the caller's matrices and the combined one.
typedef enum FN(direction) { FN(combine), FN(write_part), FN(add_part) } FN(direction);

/// Moves `rows` rows of all gates of a matrix of the caller, if there is one. `below` is the first
/// of them in the combined matrix. The GRU's candidate has a block for the input and one for the
/// state.
static void FN(move_part)(FN(direction) direction, const LKRecurrence *r, T *combined, T *part,
                          size_t rows, size_t below, int of_state) {
  if (!part) return;
  const LKRecurrenceLayout layout = FN(layout)(r);
  const size_t gates = r->cell == LK_CELL_LSTM ? 4 : r->cell == LK_CELL_GRU ? 3 : 1;
  for (size_t row = 0; row < rows; ++row) {
    for (size_t gate = 0; gate < gates; ++gate) {
      size_t block = r->cell == LK_CELL_GRU && gate == 2 && of_state ? 3 : gate;
      T *inside = combined + (below + row) * layout.columns + block * layout.hidden;
      T *outside = part + (row * gates + gate) * r->hidden;
      if (direction == FN(combine)) memcpy(inside, outside, r->hidden * sizeof(T));
      if (direction == FN(write_part)) memcpy(outside, inside, r->hidden * sizeof(T));
      if (direction == FN(add_part)) {
        for (size_t j = 0; j < r->hidden; ++j) outside[j] += inside[j];
      }
    }
  }
}

static void FN(move_parts)(FN(direction) direction, const LKRecurrence *r, T *combined, T *weights,
                           T *recurrent, T *bias, T *recurrent_bias) {
  const LKRecurrenceLayout layout = FN(layout)(r);
  FN(move_part)(direction, r, combined, recurrent, r->hidden, 0, 1);
  FN(move_part)(direction, r, combined, weights, r->features, layout.hidden, 0);
  FN(move_part)(direction, r, combined, bias, 1, layout.operand - 1, 0);
  if (!recurrent_bias) return;
  // One row of one gate: that of the last block, for a cell of one gate that has it first.
  LKRecurrence one = *r;
  one.cell = LK_CELL_TANH;
  T *last = combined + (layout.operand - 1) * layout.columns + 3 * layout.hidden;
  FN(move_part)(direction, &one, last, recurrent_bias, 1, 0, 0);
}

static void FN(recurrence_pack)(const LKRecurrence *r, const void *weights, const void *recurrent,
                                const void *bias, const void *recurrent_bias, void *combined_,
                                void *forward, void *state, void *input) {
  const LKRecurrenceLayout layout = FN(layout)(r);
  const ptrdiff_t columns = (ptrdiff_t)layout.columns;
  T *combined = combined_;
  memset(combined, 0, layout.operand * layout.columns * sizeof(T));
  // Only read in this direction.
  FN(move_parts)(FN(combine), r, combined, (T *)weights, (T *)recurrent, (T *)bias,
                 (T *)recurrent_bias);
  FN(pack_matrix)(layout.operand, layout.columns, combined, columns, 1, forward);
  if (state) FN(pack_matrix)(layout.columns, layout.hidden, combined, 1, columns, state);
  if (input) {
    const T *below = combined + layout.hidden * layout.columns;
    FN(pack_matrix)(layout.columns, r->features, below, 1, columns, input);
  }
}

static void FN(recurrence_unpack)(const LKRecurrence *r, void *combined, void *weights,
                                  void *recurrent, void *bias, void *recurrent_bias,
                                  int accumulate) {
  FN(move_parts)(accumulate ? FN(add_part) : FN(write_part), r, combined, weights, recurrent, bias,
                 recurrent_bias);
}

/// Step `s` in the order of the recurrence as a time.
LK_INLINE size_t FN(time_of)(const LKRecurrence *r, size_t s) {
  return r->reversed ? r->steps - 1 - s : s;
}
LK_INLINE int FN(is_padding)(const LKRecurrence *r, size_t row, size_t time) {
  return r->lengths && (int64_t)time >= r->lengths[row];
}
/// Whether no row has anything at a time.
LK_INLINE int FN(all_padding)(const LKRecurrence *r, size_t time) {
  if (!r->lengths) return 0;
  for (size_t row = 0; row < r->rows; ++row) {
    if (!FN(is_padding)(r, row, time)) return 0;
  }
  return 1;
}

/// A row of a buffer that may be missing.
LK_INLINE T *FN(row)(const T *buffer, size_t row, size_t width) {
  return buffer ? (T *)buffer + row * width : NULL;
}

/// Asks for a row of another step, a whole step before it is needed: what a sequence keeps is far
/// larger than the caches, and the product in between leaves memory idle.
LK_INLINE void FN(fetch_row)(const T *row, size_t count, int for_writing) {
  for (size_t j = 0; j < count; j += 64 / sizeof(T)) {
    if (for_writing) __builtin_prefetch(row + j, 1, 2);
    else __builtin_prefetch(row + j, 0, 2);
  }
}

LK_INLINE void FN(cell_rows)(LKCell cell, const LKRecurrence *r, const LKRecurrenceLayout *layout,
                             size_t time, T *columns, const T *operand, T *next_operand,
                             const T *memory, T *next_memory, T *later_columns) {
  const size_t hidden = layout->hidden;
  for (size_t row = 0; row < r->rows; ++row) {
    if (later_columns) {
      FN(fetch_row)(later_columns + row * layout->columns, layout->columns, 1);
    }
    const T *state = operand + row * layout->width;
    T *next = next_operand + row * layout->width;
    if (FN(is_padding)(r, row, time)) {
      memcpy(next, state, hidden * sizeof(T));
      if (memory) memcpy(next_memory + row * hidden, memory + row * hidden, hidden * sizeof(T));
    } else {
      FN(cell_row)(cell, hidden, columns + row * layout->columns, state,
                   FN(row)(memory, row, hidden), next, FN(row)(next_memory, row, hidden));
    }
  }
}

/// Copies rows of `count` scalars; a missing source is zeros.
LK_INLINE void FN(copy_rows)(size_t rows, size_t count, const T *source, ptrdiff_t source_row,
                             T *target, ptrdiff_t target_row) {
  for (size_t row = 0; row < rows; ++row) {
    T *to = target + (ptrdiff_t)row * target_row;
    if (source) memcpy(to, source + (ptrdiff_t)row * source_row, count * sizeof(T));
    else memset(to, 0, count * sizeof(T));
  }
}

/// The input and the 1 beside the state. Padding counts as zeros, whatever it holds.
LK_INLINE void FN(fill_operand)(const LKRecurrence *r, const LKRecurrenceLayout *layout,
                                size_t time, T *operand) {
  const T *x = (const T *)r->x + (ptrdiff_t)time * r->x_step;
  T *to = operand + layout->hidden;
  for (size_t row = 0; row < r->rows; ++row, x += r->x_row, to += layout->width) {
    if (FN(is_padding)(r, row, time)) memset(to, 0, r->features * sizeof(T));
    else if (r->features == 1) to[0] = x[0];
    else memcpy(to, x, r->features * sizeof(T));
    to[r->features] = 1;
  }
}

static void FN(recurrence_forward)(const LKRecurrence *r, const void *weights) {
  const LKRecurrenceLayout layout = FN(layout)(r);
  const size_t rows = r->rows, hidden = layout.hidden;
  const size_t operand_step = rows * layout.width, column_step = rows * layout.columns;
  T *operands = r->operands, *gates = r->gates, *memories = r->memories;
  memset(operands, 0, operand_step * sizeof(T));
  FN(copy_rows)(rows, r->hidden, r->state, (ptrdiff_t)r->hidden, operands,
                (ptrdiff_t)layout.width);
  if (memories) {
    memset(memories, 0, rows * hidden * sizeof(T));
    FN(copy_rows)(rows, r->hidden, r->memory, (ptrdiff_t)r->hidden, memories, (ptrdiff_t)hidden);
  }
  for (size_t s = 0; s < r->steps; ++s) {
    const size_t time = FN(time_of)(r, s);
    // Without a way back two steps are enough, and take turns.
    const size_t here = r->keeps ? s : s % 2, next = r->keeps ? s + 1 : (s + 1) % 2;
    T *operand = operands + here * operand_step, *next_operand = operands + next * operand_step;
    T *columns = gates + (r->keeps ? s : 0) * column_step;
    T *memory = memories ? memories + here * rows * hidden : NULL;
    T *next_memory = memories ? memories + next * rows * hidden : NULL;
    FN(fill_operand)(r, &layout, time, operand);
    if (!FN(all_padding)(r, time)) {
      FN(panel_product)(rows, layout.operand, layout.columns, operand, (ptrdiff_t)layout.width, 1,
                        weights, columns, (ptrdiff_t)layout.columns, 0);
    }
    T *later = r->keeps && s + 1 < r->steps ? columns + column_step : NULL;
    LK_FOR_CELL(r->cell, FN(cell_rows), r, &layout, time, columns, operand, next_operand, memory,
                next_memory, later);
    if (r->output) {
      T *output = (T *)r->output + (ptrdiff_t)time * r->output_step;
      for (size_t row = 0; row < rows; ++row) {
        const T *from = FN(is_padding)(r, row, time) ? NULL : next_operand + row * layout.width;
        FN(copy_rows)(1, r->hidden, from, 0, output + (ptrdiff_t)row * r->output_row, 0);
      }
    }
  }
  const size_t last = r->keeps ? r->steps : r->steps % 2;
  FN(copy_rows)(rows, r->hidden, operands + last * operand_step, (ptrdiff_t)layout.width,
                r->final_state, (ptrdiff_t)r->hidden);
  if (memories) {
    FN(copy_rows)(rows, r->hidden, memories + last * rows * hidden, (ptrdiff_t)hidden,
                  r->final_memory, (ptrdiff_t)r->hidden);
  }
}

LK_INLINE void FN(cell_rows_back)(LKCell cell, const LKRecurrence *r,
                                  const LKRecurrenceLayout *layout, size_t time, const T *columns,
                                  const T *operand, const T *memory, const T *d_output,
                                  ptrdiff_t d_output_row, T *d_state, T *d_memory, T *d_columns,
                                  const T *earlier_columns, const T *earlier_memory,
                                  const T *earlier_operand) {
  const size_t hidden = layout->hidden;
  for (size_t row = 0; row < r->rows; ++row) {
    if (earlier_columns) {
      FN(fetch_row)(earlier_columns + row * layout->columns, layout->columns, 0);
    }
    if (earlier_memory) FN(fetch_row)(earlier_memory + row * hidden, hidden, 0);
    if (earlier_operand) FN(fetch_row)(earlier_operand + row * layout->width, layout->width, 0);
    T *d = d_state + row * hidden, *to = d_columns + row * layout->gradient_row;
    if (FN(is_padding)(r, row, time)) {
      memset(to, 0, layout->columns * sizeof(T));
      continue;
    }
    if (d_output) {
      const T *from = d_output + (ptrdiff_t)row * d_output_row;
      LK_EACH_VECTOR(r->hidden, FN(store)(d + i, FN(load)(d + i) + FN(take)(from + i, left)););
    }
    const T *state = operand + row * layout->width, *next_state = state + r->rows * layout->width;
    FN(cell_row_back)(cell, hidden, columns + row * layout->columns, state,
                      FN(row)(memory, row, hidden), next_state, d, d_memory + row * hidden, to);
  }
}

/// Adds the weights' gradient of some successive steps.
static void FN(add_weight_gradient)(const LKRecurrence *r, const LKRecurrenceLayout *layout,
                                    size_t steps, const T *operand, const T *d_columns,
                                    T *gradient) {
  const size_t height = FN(block_height)(layout->operand);
  for (size_t j = 0; j < layout->columns; j += TILE_COLUMNS) {
    int vectors = layout->columns - j > LANES ? 2 : 1;
    for (size_t i = 0; i < layout->operand; i += height) {
      size_t block = layout->operand - i < height ? layout->operand - i : height;
      FN(tiles)[block - 1][vectors - 1](steps * r->rows, operand + i, 1, (ptrdiff_t)layout->width,
                                        d_columns + j, (ptrdiff_t)layout->gradient_row,
                                        gradient + i * layout->columns + j,
                                        (ptrdiff_t)layout->columns, 1);
    }
  }
}

static void FN(recurrence_backward)(const LKRecurrence *r, const LKRecurrenceGradients *g,
                                    void *workspace) {
  const LKRecurrenceLayout layout = FN(layout)(r);
  const size_t rows = r->rows, hidden = layout.hidden, row_of = layout.gradient_row;
  const T *operands = r->operands, *gates = r->gates, *memories = r->memories;
  const ptrdiff_t stored = (ptrdiff_t)r->hidden, padded = (ptrdiff_t)hidden;
  T *d_state = workspace, *d_memory = d_state + rows * hidden, *d_x = d_memory + rows * hidden;
  T *d_columns = d_x + rows * (layout.width - hidden);
  memset(d_state, 0, 2 * rows * hidden * sizeof(T));
  FN(copy_rows)(rows, r->hidden, g->d_final_state, stored, d_state, padded);
  FN(copy_rows)(rows, r->hidden, g->d_final_memory, stored, d_memory, padded);
  if (g->d_weights) memset(g->d_weights, 0, layout.operand * layout.columns * sizeof(T));
  for (size_t end = r->steps; end > 0;) {
    const size_t start = end > layout.chunk ? end - layout.chunk : 0;
    for (size_t s = end; s-- > start;) {
      const size_t time = FN(time_of)(r, s);
      const T *memory = memories ? memories + s * rows * hidden : NULL;
      const T *d_output =
          g->d_output ? (const T *)g->d_output + (ptrdiff_t)time * g->d_output_step : NULL;
      T *to = d_columns + (s - start) * rows * row_of;
      LK_FOR_CELL(r->cell, FN(cell_rows_back), r, &layout, time, gates + s * rows * layout.columns,
                  operands + s * rows * layout.width, memory, d_output, g->d_output_row, d_state,
                  d_memory, to,
                  s > 0 ? gates + (s - 1) * rows * layout.columns : NULL,
                  s > 0 && memory ? memory - rows * hidden : NULL,
                  s > 0 ? operands + (s - 1) * rows * layout.width : NULL);
      if (!FN(all_padding)(r, time)) {
        FN(panel_product)(rows, layout.columns, hidden, to, (ptrdiff_t)row_of, 1, g->packed_state,
                          d_state, padded, 1);
      }
      if (g->d_x) {
        const size_t across = (r->features + LANES - 1) / LANES * LANES;
        FN(panel_product)(rows, layout.columns, across, to, (ptrdiff_t)row_of, 1, g->packed_input,
                          d_x, (ptrdiff_t)across, 0);
        FN(copy_rows)(rows, r->features, d_x, (ptrdiff_t)across,
                      (T *)g->d_x + (ptrdiff_t)time * g->d_x_step, g->d_x_row);
      }
    }
    if (g->d_weights) {
      FN(add_weight_gradient)(r, &layout, end - start, operands + start * rows * layout.width,
                              d_columns, g->d_weights);
    }
    end = start;
  }
  FN(copy_rows)(rows, r->hidden, d_state, padded, g->d_state, stored);
  if (g->d_memory) FN(copy_rows)(rows, r->hidden, d_memory, padded, g->d_memory, stored);
}
