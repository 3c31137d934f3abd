/**
 * What Python tells (pages/music/picture.py).
 *
 * @typedef {Object} Words
 * @property {string} play
 * @property {string} stop
 * @property {string} loop
 * @property {string} tempo with {n}
 * @property {string} timbre
 * @property {Record<string, string>} timbres by their names in sound.js
 * @property {string} volume
 * @property {string} midi
 * @property {string} hear with {name}
 * @property {string} between
 * @property {string} way
 * @property {string} here with {share}
 * @property {string} at with {x} and {y}
 * @property {string} plane with {n}
 * @property {[string, string]} axes
 * @property {string} near with {name}
 * @property {string} nearest with {name}
 * @property {string} copied with {right} and {steps}
 * @property {string} bar with {n}
 * @property {string[]} notes names of the twelve from C on
 * @property {string} doing
 * @property {Record<string, string>} panels by their names
 * @property {string} keys
 * @property {string} length
 * @property {string[]} lengths of a sixteenth, two, four and eight
 * @property {string} rest
 * @property {string} hold
 * @property {string} undo
 * @property {string} clear
 * @property {string} step with {n} and {steps}
 * @property {string} full with {steps}
 * @property {string} strength with {share}
 * @property {string} again
 * @property {string} damaged
 * @property {string} restored
 * @property {string} kept with {damaged}, {restored} and {notes}
 * @property {Record<string, string>} properties by their names
 * @property {string} back
 * @property {string} andPushed beside what the hand is at
 * @property {string} pushed
 * @property {string} waiting
 * @property {string} failed
 * @typedef {Object} End a melody at an end of the way
 * @property {number} tune which of those that are shown; -1: another one
 * @property {string} melody the other one, as spelling.js reads it
 * @property {boolean} tapped the other one is what is tapped here
 * @property {string} name what it is
 * @typedef {Object} Facts
 * @property {string} decoder where it is fetched
 * @property {string} encoder likewise, once it is needed
 * @property {[string, string]} mender where the halves of the model that mends are fetched, once it is needed
 * @property {string} codes where the codes of all melodies are fetched
 * @property {[End, End]} ends melodies A and B
 * @property {string[]} names of the collections
 * @property {number[]} collections of each melody
 * @property {number} between share of the way, 0…1
 * @property {[number, number] | null} place of the hand on the plane; null: it is on the way
 * @property {string} doing which panel is open
 * @property {string} tapped the melody that was tapped, as spelling.js reads it
 * @property {[number, number]} damage strength and seed
 * @property {[number, number, number]} push along each direction
 * @property {string} language
 * @property {Words} words
 */
export {};
