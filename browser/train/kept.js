/**
 * What a browser keeps of its own trainings, over a reload: IndexedDB, which holds what is too large
 * for localStorage. Where a browser keeps nothing, as in some private windows, all works until the
 * page is left.
 */
const NAME = "autoencoder-explorer-training";
const STORE = "kept";

/** @returns {Promise<IDBDatabase | null>} */
function opened() {
  return new Promise((resolve) => {
    try {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = asked.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

const database = opened();

/**
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} ask
 * @returns {Promise<any>} undefined where nothing is kept
 */
async function answer(mode, ask) {
  const store = (await database)?.transaction(STORE, mode).objectStore(STORE);
  if (!store) return undefined;
  return new Promise((resolve) => {
    const asked = ask(store);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = (event) => {
      event.preventDefault(); // no room left: what was kept before stays
      resolve(undefined);
    };
  });
}

/** @param {string} name */
export const recall = (name) => answer("readonly", (store) => store.get(name));

/** @param {string} name @param {unknown} value */
export const keep = (name, value) => answer("readwrite", (store) => store.put(value, name));
