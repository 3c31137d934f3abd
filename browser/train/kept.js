/**
 * What a browser keeps of its own trainings, over a reload: IndexedDB, which holds what is too large
 * for localStorage. Where a browser keeps nothing, as in some private windows, all works until the
 * page is left.
 */
const NAME = "autoencoder-explorer-training";
const STORE = "kept";
const PATIENCE = 3000; // ms after which a database that does not answer, such as a damaged one, is none

/** @returns {Promise<IDBDatabase | null>} */
function opened() {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), PATIENCE);
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
  const place = await database;
  if (!place) return undefined;
  return new Promise((resolve) => {
    try {
      const whole = place.transaction(STORE, mode);
      const asked = ask(whole.objectStore(STORE));
      whole.oncomplete = () => resolve(asked.result);
      whole.onabort = () => resolve(undefined); // no room left: what was kept before stays
    } catch {
      resolve(undefined); // another version of the explorer has made the place, or it was taken away
    }
  });
}

/** @param {string} name */
export const recall = (name) => answer("readonly", (store) => store.get(name));

/** @param {string} name @param {unknown} value @returns {Promise<boolean>} whether it is kept */
export async function keep(name, value) {
  return (await answer("readwrite", (store) => store.put(value, name))) !== undefined;
}
