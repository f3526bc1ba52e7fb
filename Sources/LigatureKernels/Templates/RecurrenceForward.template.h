// A recurrent layer over the whole sequence.

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

LK_INLINE void FN(cell_rows)(LKCell cell, const LKRecurrence *r, const LKRecurrenceLayout *layout,
                             size_t time, T *columns, const T *operand, T *next_operand,
                             const T *memory, T *next_memory) {
  const size_t hidden = layout->hidden;
  for (size_t row = 0; row < r->rows; ++row) {
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

static void FN(forward_step)(const LKRecurrence *r, const LKRecurrenceLayout *layout, size_t s,
                             const T *weights) {
  const size_t time = FN(time_of)(r, s), rows = r->rows, hidden = layout->hidden;
  // Without a backward pass two steps are enough, and take turns.
  const size_t here = rows * (r->keeps ? s : s % 2), next = rows * (r->keeps ? s + 1 : (s + 1) % 2);
  T *operand = FN(row)(r->operands, here, layout->width);
  T *next_operand = FN(row)(r->operands, next, layout->width);
  T *columns = FN(row)(r->gates, r->keeps ? here : 0, layout->columns);
  FN(fill_operand)(r, layout, time, operand);
  if (!FN(all_padding)(r, time)) {
    const size_t tiles = FN(tile_count)(rows, layout->columns);
    FN(fetch) ahead = {.for_writing = 1};
    if (r->keeps && s + 1 < r->steps) {
      FN(fetch_rows)(&ahead, r->gates, here + rows, rows, layout->columns, tiles);
    }
    const size_t known = s == 0 && !r->state ? hidden : 0;
    FN(panel_product)(rows, known, layout->operand, layout->columns, operand,
                      (ptrdiff_t)layout->width, weights, columns, (ptrdiff_t)layout->columns, 0,
                      &ahead);
  }
  LK_FOR_CELL(r->cell, FN(cell_rows), r, layout, time, columns, operand, next_operand,
              FN(row)(r->memories, here, hidden), FN(row)(r->memories, next, hidden));
  if (!r->output) return;
  for (size_t row = 0; row < rows; ++row) {
    const T *from = FN(is_padding)(r, row, time) ? NULL : next_operand + row * layout->width;
    FN(copy_rows)(1, r->hidden, from, 0,
                  FN(at)(r->output, row, r->output_row, time, r->output_step), 0);
  }
}

static void FN(recurrence_forward)(const LKRecurrence *r, const void *weights) {
  const LKRecurrenceLayout layout = FN(recurrence_layout)(r);
  const size_t rows = r->rows, hidden = layout.hidden;
  const ptrdiff_t stored = (ptrdiff_t)r->hidden, width = (ptrdiff_t)layout.width;
  T *operands = r->operands, *memories = r->memories;
  memset(operands, 0, rows * layout.width * sizeof(T));
  FN(copy_rows)(rows, r->hidden, r->state, stored, operands, width);
  if (memories) {
    memset(memories, 0, rows * hidden * sizeof(T));
    FN(copy_rows)(rows, r->hidden, r->memory, stored, memories, (ptrdiff_t)hidden);
  }
  for (size_t s = 0; s < r->steps; ++s) FN(forward_step)(r, &layout, s, weights);
  const size_t last = r->keeps ? r->steps : r->steps % 2;
  FN(copy_rows)(rows, r->hidden, operands + last * rows * layout.width, width, r->final_state,
                stored);
  if (memories) {
    FN(copy_rows)(rows, r->hidden, memories + last * rows * hidden, (ptrdiff_t)hidden,
                  r->final_memory, stored);
  }
}
