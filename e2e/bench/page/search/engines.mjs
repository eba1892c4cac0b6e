// Every way of searching under one roof: `build(rows, dim, deadline)` gives `{search(query, k) -> ids, own}`, where
// `own` is the bytes of JavaScript arrays that it keeps; `null` says that the deadline passed.

/** Adds in blocks until all are in or the deadline passed. */
function inBlocks(count, size, deadline, add) {
  for (let first = 0; first < count; first += size) {
    add(first, Math.min(first + size, count));
    if (performance.now() > deadline) return false;
  }
  return true;
}

let module = null;

async function ourModule() {
  if (!module) {
    module = await import('/module/web/modulens_bench.js');
    await module.default();
  }
  return module;
}

const ours = {
  name: 'Modulens',
  async build(rows, dim) {
    const { Search } = await ourModule();
    const table = new Search(rows.length / dim, dim, rows);
    return { search: (query, k) => table.query(query, k) };
  },
};

/** Not a search: one pass over the numbers, the least that an exact search costs. */
const limit = {
  name: 'reading once',
  async build(rows, dim) {
    const { Search } = await ourModule();
    const table = new Search(rows.length / dim, dim, rows);
    return { search: () => (table.read(), null) };
  },
};

const script = {
  name: 'plain JavaScript',
  async build(rows, dim) {
    const count = rows.length / dim;
    const search = (query, k) => {
      // A sorted list of the best so far; most rows fail its last entry.
      const ids = [];
      const best = [];
      for (let n = 0; n < count; n += 1) {
        let sum = 0;
        const at = n * dim;
        for (let i = 0; i < dim; i += 1) sum += rows[at + i] * query[i];
        if (best.length === k && sum <= best[k - 1]) continue;
        let place = best.length;
        while (place > 0 && best[place - 1] < sum) place -= 1;
        best.splice(place, 0, sum);
        ids.splice(place, 0, n);
        if (best.length > k) {
          best.pop();
          ids.pop();
        }
      }
      return ids;
    };
    return { search, own: rows.byteLength };
  },
};

/**
 * Its flat index takes bits only. Of its metrics `cosine` and `dot` find the farthest; on unit vectors `l2` ranks
 * alike.
 */
const edgevec = {
  name: 'edgevec 0.9.0 HNSW',
  async build(rows, dim, deadline) {
    const { default: init, EdgeVec, EdgeVecConfig } = await import('/npm/edgevec/edgevec.js');
    await init();
    const config = new EdgeVecConfig(dim);
    config.metric = 'l2';
    const index = new EdgeVec(config);
    // Its identifiers are its own.
    const known = new Map();
    const all = inBlocks(rows.length / dim, 500, deadline, (first, last) => {
      const ids = index.insertBatchFlat(rows.subarray(first * dim, last * dim), last - first);
      ids.forEach((id, at) => known.set(Number(id), first + at));
    });
    return all && { search: (query, k) => index.search(query, k).map(({ id }) => known.get(Number(id))) };
  },
};

const hnswlib = (hnsw) => ({
  name: `hnswlib-wasm 0.8.2 ${hnsw ? 'HNSW' : 'flat'}`,
  async build(rows, dim, deadline) {
    const { loadHnswlib } = await import('/npm/hnswlib-wasm/dist/hnswlib.js');
    const library = await loadHnswlib();
    const count = rows.length / dim;
    const index = hnsw ? new library.HierarchicalNSW('ip', dim, '') : new library.BruteforceSearch('ip', dim);
    if (hnsw) {
      index.initIndex(count, 16, 100, 1);
      index.setEfSearch(64);
    } else {
      index.initIndex(count);
    }
    const all = inBlocks(count, 500, deadline, (first, last) => {
      for (let n = first; n < last; n += 1) {
        const row = rows.subarray(n * dim, (n + 1) * dim);
        if (hnsw) index.addPoint(row, n, false);
        else index.addPoint(row, n);
      }
    });
    return all && { search: (query, k) => index.searchKnn(query, k, undefined).neighbors };
  },
});

const ruvector = (hnsw) => ({
  name: `@ruvector/wasm 0.1.31 ${hnsw ? 'HNSW' : 'flat'}`,
  async build(rows, dim, deadline) {
    const { default: init, VectorDB } = await import('/npm/@ruvector/wasm/pkg/ruvector_wasm.js');
    await init();
    const index = new VectorDB(dim, 'cosine', hnsw);
    const all = inBlocks(rows.length / dim, 500, deadline, (first, last) => {
      for (let n = first; n < last; n += 1) index.insert(rows.subarray(n * dim, (n + 1) * dim), String(n));
    });
    return (
      all && {
        search: (query, k) =>
          index.search(query, k).map((result) => {
            const id = Number(result.id);
            result.free();
            return id;
          }),
      }
    );
  },
});

const voy = {
  name: 'voy-search 0.6.3',
  async build(rows, dim, deadline) {
    const bindings = await import('/npm/voy-search/voy_search_bg.js');
    const { instance } = await WebAssembly.instantiateStreaming(fetch('/npm/voy-search/voy_search_bg.wasm'), {
      './voy_search_bg.js': bindings,
    });
    bindings.__wbg_set_wasm(instance.exports);
    const index = new bindings.Voy();
    // All in one call breaks it at 202,599.
    const all = inBlocks(rows.length / dim, 1000, deadline, (first, last) => {
      const embeddings = Array.from({ length: last - first }, (_, at) => ({
        id: String(first + at),
        title: '',
        url: '',
        embeddings: Array.from(rows.subarray((first + at) * dim, (first + at + 1) * dim)),
      }));
      index.add({ embeddings });
    });
    return all && { search: (query, k) => index.search(query, k).neighbors.map(({ id }) => Number(id)) };
  },
};

export const engines = {
  ours,
  limit,
  script,
  'hnswlib-flat': hnswlib(false),
  'ruvector-flat': ruvector(false),
  'edgevec-hnsw': edgevec,
  'hnswlib-hnsw': hnswlib(true),
  'ruvector-hnsw': ruvector(true),
  voy,
};
