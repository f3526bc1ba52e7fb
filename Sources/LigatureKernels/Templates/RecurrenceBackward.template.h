// The backward pass of a recurrent layer.

/// `adds` if the product is added to what is left in `d_state`.
LK_INLINE void FN(cell_rows_back)(LKCell cell, const LKRecurrence *r,
                                  const LKRecurrenceLayout *layout, size_t time, const T *columns,
                                  const T *operand, const T *memory, const T *d_output,
                                  ptrdiff_t d_output_row, T *d_state, T *d_memory,
                                  T *d_columns, int adds) {
  const size_t hidden = layout->hidden;
  for (size_t row = 0; row < r->rows; ++row) {
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
    if (adds && cell != LK_CELL_GRU) memset(d, 0, hidden * sizeof(T));
  }
}

/// What the forward kept of the steps from `start` to before `end`, to be asked for during so many
/// tiles.
LK_INLINE FN(fetch) FN(fetch_steps)(const LKRecurrence *r, const LKRecurrenceLayout *layout,
                                    size_t start, size_t end, size_t tiles) {
  FN(fetch) fetch = {.for_writing = 0};
  const size_t first = start * r->rows, rows = (end - start) * r->rows;
  FN(fetch_rows)(&fetch, r->gates, first, rows, layout->columns, tiles);
  FN(fetch_rows)(&fetch, r->memories, first, rows, layout->hidden, tiles);
  FN(fetch_rows)(&fetch, r->operands, first, rows, layout->width, tiles);
  return fetch;
}

/// What the backward pass works in: for each row the gradients of its state and memory, room for
/// that of its input, and the gradients of the sums of some steps.
typedef struct FN(back_buffers) {
  T *d_state, *d_memory, *d_x, *d_columns;
} FN(back_buffers);

LK_INLINE FN(back_buffers) FN(back_buffers_in)(const LKRecurrence *r,
                                               const LKRecurrenceLayout *layout, T *workspace) {
  FN(back_buffers) buffers = {.d_state = workspace};
  buffers.d_memory = buffers.d_state + r->rows * layout->hidden;
  buffers.d_x = buffers.d_memory + r->rows * layout->hidden;
  buffers.d_columns = buffers.d_x + r->rows * (layout->width - layout->hidden);
  return buffers;
}

/// One step. The gradients of its sums go to the place that step `s` has among those from `start` on.
static void FN(backward_step)(const LKRecurrence *r, const LKRecurrenceGradients *g,
                              const LKRecurrenceLayout *layout, size_t s, size_t start,
                              const FN(back_buffers) *buffers, FN(fetch) *ahead) {
  const size_t time = FN(time_of)(r, s), rows = r->rows, hidden = layout->hidden;
  const ptrdiff_t row_of = (ptrdiff_t)layout->gradient_row;
  // Only the GRU and padding have gradients of a state that do not pass through the product.
  const int adds = r->cell == LK_CELL_GRU || r->lengths;
  T *d_columns = FN(row)(buffers->d_columns, (s - start) * rows, layout->gradient_row);
  LK_FOR_CELL(r->cell, FN(cell_rows_back), r, layout, time,
              FN(row)(r->gates, s * rows, layout->columns),
              FN(row)(r->operands, s * rows, layout->width), FN(row)(r->memories, s * rows, hidden),
              FN(at)(g->d_output, 0, 0, time, g->d_output_step), g->d_output_row, buffers->d_state,
              buffers->d_memory, d_columns, adds);
  if (!FN(all_padding)(r, time) && (s > 0 || g->d_state)) {
    FN(panel_product)(rows, 0, layout->columns, hidden, d_columns, row_of, g->packed_state,
                      buffers->d_state, (ptrdiff_t)hidden, adds, ahead);
  }
  if (g->d_x) {
    const size_t across = (r->features + LANES - 1) / LANES * LANES;
    FN(panel_product)(rows, 0, layout->columns, across, d_columns, row_of, g->packed_input,
                      buffers->d_x, (ptrdiff_t)across, 0, ahead);
    FN(give_rows)(rows, r->features, buffers->d_x, (ptrdiff_t)across,
                  FN(at)(g->d_x, 0, 0, time, g->d_x_step), g->d_x_row);
  }
}

static void FN(recurrence_backward)(const LKRecurrence *r, const LKRecurrenceGradients *g,
                                    void *workspace) {
  const LKRecurrenceLayout layout = FN(recurrence_layout)(r);
  const size_t rows = r->rows, hidden = layout.hidden;
  const ptrdiff_t stored = (ptrdiff_t)r->hidden, padded = (ptrdiff_t)hidden;
  const FN(back_buffers) buffers = FN(back_buffers_in)(r, &layout, workspace);
  memset(buffers.d_state, 0, rows * hidden * sizeof(T));
  memset(buffers.d_memory, 0, rows * hidden * sizeof(T));
  FN(copy_rows)(rows, r->hidden, g->d_final_state, stored, buffers.d_state, padded);
  FN(copy_rows)(rows, r->hidden, g->d_final_memory, stored, buffers.d_memory, padded);
  if (g->d_weights) memset(g->d_weights, 0, layout.operand * layout.columns * sizeof(T));

  const size_t tiles = FN(tile_count)(rows, hidden);
  const size_t sum_tiles = g->d_weights ? FN(tile_count)(layout.operand, layout.columns) : 0;
  for (size_t end = r->steps; end > 0;) {
    const size_t start = end > layout.chunk ? end - layout.chunk : 0;
    const size_t before = start > layout.chunk ? start - layout.chunk : 0;
    FN(fetch) ahead =
        FN(fetch_steps)(r, &layout, before, start, (end - start) * tiles + sum_tiles);
    for (size_t s = end; s-- > start;) {
      FN(backward_step)(r, g, &layout, s, start, &buffers, &ahead);
    }
    if (g->d_weights) {
      FN(add_weight_gradient)(r, &layout, end - start,
                              FN(row)(r->operands, start * rows, layout.width), buffers.d_columns,
                              g->d_weights, &ahead);
    }
    end = start;
  }
  if (g->d_state) FN(give_rows)(rows, r->hidden, buffers.d_state, padded, g->d_state, stored);
  if (g->d_memory) FN(give_rows)(rows, r->hidden, buffers.d_memory, padded, g->d_memory, stored);
}
