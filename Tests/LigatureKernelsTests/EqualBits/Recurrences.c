// Runs of recurrent layers: forward and back, with padding and without.

#include "Run.h"

static const struct {
  size_t hidden, features, rows, steps;
  double scale;  // of all numbers; one that makes products underflow shows the signs of zeros
} sizes[] = {{1, 1, 1, 1, 1},   {3, 2, 2, 4, 1},  {8, 3, 5, 3, 1},   {17, 16, 7, 5, 1},
             {4, 20, 33, 2, 1}, {33, 5, 3, 40, 1}, {4, 2, 3, 2, 0}, {12, 5, 4, 3, 0}};

/// `backward` or only `forward`, which then keeps nothing.
static void run_recurrences(EBRun *run, int backward) {
  static const int64_t lengths[] = {3, 1, 4, 0, 2, 1, 5, 2, 2, 0, 1, 2, 0, 1, 2, 0, 1,
                                     2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};
  for (int i = 0; i < 8; ++i) {
    for (int form = 0; form < 8; ++form) {
      const size_t hidden = sizes[i].hidden, features = sizes[i].features;
      const size_t rows = sizes[i].rows, steps = sizes[i].steps;
      const LKCell cell = (LKCell)(form % 4);
      const int is_lstm = cell == LK_CELL_LSTM, is_gru = cell == LK_CELL_GRU;
      const double tiny = run->type == LK_F32 ? 0x1p-75 : 0x1p-540;
      const double scale = sizes[i].scale ? sizes[i].scale : tiny;
      const size_t width = hidden * (is_lstm ? 4 : is_gru ? 3 : 1);
      const size_t states = rows * hidden, kept = backward ? steps + 1 : 2;
      LKRecurrence r = {.cell = cell, .hidden = hidden, .features = features, .rows = rows,
                        .steps = steps, .reversed = form / 4, .keeps = backward};
      const LKRecurrenceLayout layout = lk_recurrence_layout(run->type, &r);
      r.lengths = form / 4 ? lengths : NULL;
      r.x = eb_uniform(run, rows * steps * features, -scale, scale);
      r.x_row = (ptrdiff_t)(steps * features), r.x_step = (ptrdiff_t)features;
      r.state = i % 2 ? eb_uniform(run, states, -scale, scale) : NULL;
      r.memory = i % 2 && is_lstm ? eb_uniform(run, states, -scale, scale) : NULL;
      r.final_state = eb_room(run, states);
      r.final_memory = is_lstm ? eb_room(run, states) : NULL;
      r.output = eb_room(run, states * steps);
      r.output_row = (ptrdiff_t)(steps * hidden), r.output_step = (ptrdiff_t)hidden;
      r.operands = eb_room(run, kept * rows * layout.width);
      r.gates = eb_room(run, (backward ? steps : 1) * rows * layout.columns);
      r.memories = is_lstm ? eb_room(run, kept * rows * layout.hidden) : NULL;

      const double bound = scale / (double)hidden;
      void *combined = eb_room(run, layout.operand * layout.columns);
      void *forward = eb_room(run, layout.packed_forward);
      void *packed_state = eb_room(run, layout.packed_state);
      void *packed_input = eb_room(run, layout.packed_input);
      const void *weights = eb_uniform(run, features * width, -scale, scale);
      const void *recurrent = eb_uniform(run, hidden * width, -bound, bound);
      const void *bias = i % 3 ? eb_uniform(run, width, -scale, scale) : NULL;
      const void *recurrent_bias = is_gru && i % 2 ? eb_uniform(run, hidden, -scale, scale) : NULL;
      lk_recurrence_pack(run->type, &r, weights, recurrent, bias, recurrent_bias, combined, forward,
                         packed_state, packed_input);
      lk_recurrence_forward(run->type, &r, forward);
      eb_record(run, states, r.final_state);
      if (is_lstm) eb_record(run, states, r.final_memory);
      eb_record(run, states * steps, r.output);
      if (backward) {
        LKRecurrenceGradients g = {.packed_state = packed_state, .packed_input = packed_input};
        g.d_output = form == 6 ? NULL : eb_uniform(run, states * steps, -scale, scale);
        g.d_output_row = r.output_row, g.d_output_step = r.output_step;
        g.d_final_state = i % 2 ? eb_uniform(run, states, -scale, scale) : NULL;
        g.d_final_memory = i % 2 && is_lstm ? eb_uniform(run, states, -scale, scale) : NULL;
        g.d_state = eb_room(run, states);
        g.d_memory = is_lstm ? eb_room(run, states) : NULL;
        g.d_x = eb_room(run, rows * steps * features);
        g.d_x_row = r.x_row, g.d_x_step = r.x_step;
        g.d_weights = combined;
        lk_recurrence_backward(run->type, &r, &g, eb_room(run, layout.workspace));
        void *d_weights = eb_room(run, features * width), *d_recurrent = eb_room(run, hidden * width);
        void *d_bias = eb_room(run, width), *d_recurrent_bias = eb_room(run, hidden);
        lk_recurrence_unpack(run->type, &r, combined, d_weights, d_recurrent, d_bias,
                             is_gru ? d_recurrent_bias : NULL, form / 4);
        eb_record(run, states, g.d_state);
        if (is_lstm) eb_record(run, states, g.d_memory);
        eb_record(run, rows * steps * features, g.d_x);
        eb_record(run, features * width, d_weights);
        eb_record(run, hidden * width, d_recurrent);
        eb_record(run, width, d_bias);
        eb_record(run, hidden, d_recurrent_bias);
      }
      eb_release(run);
    }
  }
}

void eb_run_recurrence_forward(EBRun *run) { run_recurrences(run, 0); }
void eb_run_recurrence_backward(EBRun *run) { run_recurrences(run, 1); }

// Part of the runs above; the layout itself is a level's own.
void eb_run_recurrence_layout(EBRun *run) { (void)run; }
void eb_run_recurrence_pack(EBRun *run) { (void)run; }
void eb_run_recurrence_unpack(EBRun *run) { (void)run; }
