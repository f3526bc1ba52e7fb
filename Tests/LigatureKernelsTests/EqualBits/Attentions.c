// Runs of attention: one block of queries and keys, ragged blocks, a query that sees nothing.

#include "Run.h"

static const LKAttention attentions[] = {
    {.queries = 1, .keys = 1, .features = 1, .value_features = 1, .scale = 1},
    {.queries = 5, .keys = 7, .features = 3, .value_features = 2, .scale = 0.5},
    {.queries = 70, .keys = 600, .features = 9, .value_features = 17, .scale = 0.3},
    {.queries = 66, .keys = 66, .features = 33, .value_features = 40, .scale = 0.2, .causal = 1},
    {.queries = 9, .keys = 4, .features = 5, .value_features = 6, .scale = 1, .causal = 1, .lead = -5},
    {.queries = 130, .keys = 0, .features = 2, .value_features = 3, .scale = 1},
};

/// Rows lie two scalars further apart than they must.
static LKAttention spread(size_t number) {
  LKAttention a = attentions[number];
  a.query_row = a.key_row = (ptrdiff_t)a.features + 2;
  a.value_row = a.upstream_row = (ptrdiff_t)a.value_features + 2;
  return a;
}

#define EACH_ATTENTION(a, ...)                                                        \
  for (size_t number = 0; number < sizeof attentions / sizeof *attentions; ++number) { \
    const LKAttention a = spread(number);                                             \
    __VA_ARGS__                                                                       \
    eb_release(run);                                                                  \
  }

typedef struct Operands {
  void *queries, *keys, *values, *out, *statistics;
} Operands;

static Operands attended(EBRun *run, const LKAttention *a) {
  Operands o = {.queries = eb_uniform(run, a->queries * (size_t)a->query_row, -2, 2)};
  o.keys = eb_uniform(run, a->keys * (size_t)a->key_row, -2, 2);
  o.values = eb_uniform(run, a->keys * (size_t)a->value_row, -1, 1);
  o.out = eb_room(run, a->queries * a->value_features);
  o.statistics = eb_room(run, 2 * a->queries);
  void *workspace = eb_bytes(run, lk_attention_workspace(run->type, a));
  const size_t half = a->queries > 64 ? 64 : a->queries;
  lk_attention(run->type, a, 0, half, o.queries, o.keys, o.values, o.out, o.statistics, workspace);
  lk_attention(run->type, a, half, a->queries - half, o.queries, o.keys, o.values, o.out,
               o.statistics, workspace);
  return o;
}

void eb_run_attention(EBRun *run) {
  EACH_ATTENTION(a, {
    const Operands o = attended(run, &a);
    eb_record(run, a.queries * a.value_features, o.out);
    eb_record(run, 2 * a.queries, o.statistics);
  })
}

void eb_run_attention_gradient(EBRun *run) {
  EACH_ATTENTION(a, {
    const Operands o = attended(run, &a);
    void *dy = eb_uniform(run, a.queries * (size_t)a.upstream_row, -1, 1);
    void *dq = eb_room(run, a.queries * a.features), *dk = eb_room(run, a.keys * a.features);
    void *dv = eb_room(run, a.keys * a.value_features);
    lk_attention_gradient(run->type, &a, o.queries, o.keys, o.values, o.out, o.statistics, dy, dq,
                          dk, dv, eb_bytes(run, lk_attention_gradient_workspace(run->type, &a)));
    eb_record(run, a.queries * a.features, dq);
    eb_record(run, a.keys * a.features, dk);
    eb_record(run, a.keys * a.value_features, dv);
  })
}

/// Sizes of scratch memory differ from level to level.
void eb_run_attention_workspace(EBRun *run) { (void)run; }
void eb_run_attention_gradient_workspace(EBRun *run) { (void)run; }
