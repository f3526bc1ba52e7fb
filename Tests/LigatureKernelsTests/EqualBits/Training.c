// Runs of random numbers and solver steps.

#include "Run.h"

static const uint64_t starts[] = {0, 1, 3, 64, 1001, 0xfffffffffull};

void eb_run_random_uniform(EBRun *run) {
  for (int i = 0; i < 6; ++i) {
    EB_EACH_SIZE(n, {
      void *out = eb_room(run, n);
      lk_random_uniform(run->type, 7, (uint64_t)i, starts[i], n, -0.7, 1.9, out);
      eb_record(run, n, out);
    })
  }
}

void eb_run_random_normal(EBRun *run) {
  for (int i = 0; i < 6; ++i) {
    EB_EACH_SIZE(n, {
      void *out = eb_room(run, n);
      lk_random_normal(run->type, 7, (uint64_t)i, starts[i], n, 0.3, 1.9, out);
      eb_record(run, n, out);
    })
  }
}

void eb_run_random_mask(EBRun *run) {
  static const double keeps[] = {0, 1, 0.5, 0.9, 0.1, 0.75};
  for (int i = 0; i < 6; ++i) {
    EB_EACH_SIZE(n, {
      void *out = eb_room(run, n);
      lk_random_mask(run->type, 7, (uint64_t)i, starts[i], n, keeps[i], 1.1, out);
      eb_record(run, n, out);
    })
  }
}

void eb_run_random_block(EBRun *run) {
  for (int i = 0; i < 6; ++i) {
    uint32_t out[4];
    lk_random_block(0x123456789abcdefull, (uint64_t)i << 30, starts[i], out);
    eb_record_bytes(run, sizeof(out), out);
  }
}

void eb_run_adam(EBRun *run) {
  for (int i = 0; i < 4; ++i) {
    const LKAdam settings = {.learn_rate = 0.003, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8,
                             .l2 = i % 2 ? 1e-4 : 0, .gradient_scale = i % 2 ? 0.7 : 1,
                             .correction1 = 0.19, .correction2 = 0.002,
                             .decoupled_decay = i / 2 ? 0.01 : 0};
    EB_EACH_SIZE(n, {
      void *w = eb_uniform(run, n, -1, 1);
      void *m = eb_uniform(run, n, -0.1, 0.1);
      void *v = eb_uniform(run, n, 0, 0.01);
      lk_adam(run->type, n, &settings, eb_uniform(run, n, -1, 1), w, m, v);
      eb_record(run, n, w);
      eb_record(run, n, m);
      eb_record(run, n, v);
    })
  }
}

void eb_run_adamax(EBRun *run) {
  for (int i = 0; i < 2; ++i) {
    const LKAdam settings = {.learn_rate = 0.003, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8,
                             .l2 = i ? 1e-4 : 0, .gradient_scale = i ? 0.7 : 1,
                             .correction1 = 0.19};
    EB_EACH_SIZE(n, {
      void *w = eb_uniform(run, n, -1, 1);
      void *m = eb_uniform(run, n, -0.1, 0.1);
      void *u = eb_uniform(run, n, 0, 0.5);
      lk_adamax(run->type, n, &settings, eb_uniform(run, n, -1, 1), w, m, u);
      eb_record(run, n, w);
      eb_record(run, n, m);
      eb_record(run, n, u);
    })
  }
}

void eb_run_lion(EBRun *run) {
  for (int i = 0; i < 2; ++i) {
    const LKAdam settings = {.learn_rate = 0.003, .beta1 = 0.9, .beta2 = 0.99,
                             .l2 = i ? 1e-4 : 0, .gradient_scale = i ? 0.7 : 1,
                             .decoupled_decay = i ? 0.01 : 0};
    EB_EACH_SIZE(n, {
      void *w = eb_uniform(run, n, -1, 1);
      void *m = eb_uniform(run, n, -0.1, 0.1);
      lk_lion(run->type, n, &settings, eb_uniform(run, n, -1, 1), w, m);
      eb_record(run, n, w);
      eb_record(run, n, m);
    })
  }
}

void eb_run_momentum(EBRun *run) {
  for (int nesterov = 0; nesterov < 2; ++nesterov) {
    EB_EACH_SIZE(n, {
      void *w = eb_uniform(run, n, -1, 1);
      void *velocity = eb_uniform(run, n, -0.1, 0.1);
      lk_momentum(run->type, n, 0.01, 0.9, nesterov, 1e-4, 0.7, eb_uniform(run, n, -1, 1), w,
                  velocity);
      eb_record(run, n, w);
      eb_record(run, n, velocity);
    })
  }
}

void eb_run_rmsprop(EBRun *run) {
  EB_EACH_SIZE(n, {
    void *w = eb_uniform(run, n, -1, 1);
    void *v = eb_uniform(run, n, 0, 0.01);
    lk_rmsprop(run->type, n, 0.01, 0.99, 1e-8, 1e-4, 0.7, eb_uniform(run, n, -1, 1), w, v);
    eb_record(run, n, w);
    eb_record(run, n, v);
  })
}

// It measures; how many operations that is depends on the level.
void eb_run_peak_loop(EBRun *run) { (void)run; }
