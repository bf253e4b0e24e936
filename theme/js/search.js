// Search: reads the index that the build wrote, ranks, and shows. The index is cut into scripts of a few kilobytes, since a page that
// was opened as a file may not fetch. What src/search/*.rs writes is read here, and the same steps rank here and there:
// tests/search/vectors.json and tests/browser/search.test.mjs hold both together. No eval, no WebAssembly, no requests to other hosts.
(() => {
  "use strict";

  // ---- Terms: the twin of src/search/tokenise.rs

  const MARK = "\\u0300-\\u036f";
  const SPACELESS = "\\u0e00-\\u0e7f\\u3005-\\u3007\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u{20000}-\\u{3fffd}";
  const WORD = `(?![${SPACELESS}])[\\p{Alphabetic}\\p{N}${MARK}]`;
  const RUN = new RegExp(`[${SPACELESS}]+|(?:${WORD})+(?:[_.-](?:${WORD})+)*`, "gu");
  const IS_SPACELESS = new RegExp(`^[${SPACELESS}]`, "u");
  const NOT_LETTER = /[^\p{Alphabetic}\p{N}]/gu;
  const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };
  const STOP_WORDS = new Set(
    ("a an and are as at be been but by for from had has have he her his i if in into is it its not of on or our she so than that the " +
      "their them then there these they this to was we were what when which who will with would you your aber als am auch auf aus bei " +
      "das dass dem den der des die durch ein eine einem einen einer eines er es fur haben hat hatte ich ihr im ist mit nach nicht noch " +
      "nur oder sich sie sind uber um und von vor war waren wie wir wird wurde wurden zu zum zur").split(" "),
  );

  const isAscii = (text) => /^[\x00-\x7f]*$/.test(text);

  const fold = (word) => {
    if (isAscii(word)) return word.toLowerCase();
    const bare = word.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").normalize("NFKC").toLowerCase();
    return bare.replace(/[ßæœøłđðþı]/g, (letter) => LETTERS[letter]).replace(NOT_LETTER, "");
  };

  const cut = (term) => (term.length <= 40 ? term : [...term].slice(0, 40).join(""));

  const splitCamel = (piece) => {
    if (!isAscii(piece)) return [piece];
    const parts = [];
    let from = 0;
    for (let at = 1; at < piece.length; at++) {
      const begins = /[A-Z]/.test(piece[at]) && (/[a-z]/.test(piece[at - 1]) || (/[A-Z]/.test(piece[at - 1]) && /[a-z]/.test(piece[at + 1] ?? "")));
      if (begins && at - from > 1 && piece.length - at > 2) {
        parts.push(piece.slice(from, at));
        from = at;
      }
    }
    parts.push(piece.slice(from));
    return parts;
  };

  const isTelling = (folded) => !(/^[\x00-\x7f]$/.test(folded) || /^[0-9]{2}$/.test(folded) || STOP_WORDS.has(folded));

  const undouble = (word) => {
    const last = word.at(-1);
    if (word.length > 1 && last === word.at(-2) && !"aeioulsz".includes(last)) return word.slice(0, -1);
    return last === "e" && word.length > 3 ? word.slice(0, -1) : word;
  };

  const stem = (folded) => {
    let word = folded;
    if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
    if (word.endsWith("ies") && word.length > 4) word = word.slice(0, -3) + "y";
    else if (/(sses|xes|ches|shes)$/.test(word)) word = word.slice(0, -2);
    else if (/s$/.test(word) && !/(ss|us|is)$/.test(word)) word = word.slice(0, -1);
    const length = word.length;
    if (length >= 6 && /[aeiouy].*ing$/.test(word)) word = undouble(word.slice(0, -3));
    else if (length >= 5 && /[aeiouy].*ed$/.test(word) && !word.endsWith("eed")) word = undouble(word.slice(0, -2));
    else if (length >= 6 && /e[rl]n$/.test(word)) word = word.slice(0, -1);
    else if (length >= 6 && word.endsWith("en")) word = word.slice(0, -2);
    else if (length >= 4 && word.endsWith("e")) word = word.slice(0, -1);
    return word.length > 3 && word.endsWith("i") ? word.slice(0, -1) + "y" : word;
  };

  const isName = (whole) => /\p{Alphabetic}/u.test(whole) || whole.split(".").length > 2;

  /** Splits a text into runs: `{ start, end, parts: [{ term, folded, indexed }], whole }`, with places in UTF-16 units. */
  const tokenise = (text) => {
    const runs = [];
    for (const match of text.matchAll(RUN)) {
      const [run, start, parts] = [match[0], match.index, []];
      if (IS_SPACELESS.test(run)) {
        const chars = [...run];
        const width = Math.min(chars.length, 2);
        for (let at = 0; at + width <= chars.length; at++) {
          const term = chars.slice(at, at + width).join("");
          parts.push({ term, folded: term, indexed: true });
        }
        runs.push({ start, end: start + run.length, parts, whole: null });
        continue;
      }
      for (const piece of run.split(/[_.-]/)) {
        for (const part of splitCamel(piece)) {
          const folded = cut(fold(part));
          if (folded) parts.push({ term: stem(folded), folded, indexed: isTelling(folded) });
        }
      }
      const whole = parts.length > 1 ? cut(isAscii(run) ? run.toLowerCase() : run.replace(/[^_.-]+/g, fold)) : "";
      if (parts.length) runs.push({ start, end: start + run.length, parts, whole: whole && isName(whole) ? stem(whole) : null });
    }
    return runs;
  };

  // ---- Queries: the twin of src/search/query.rs

  const PASTED_WORDS = 6;
  const FIELDS = ["cause", "component", "service", "severity", "status", "owner"];
  const QUOTES = /["“”„]/;

  const isAsked = (run) => run.whole !== null || run.parts.some((part) => part.indexed);
  const sameRun = (a) => (b) => a.parts.length === b.parts.length && a.parts.every((part, at) => part.folded === b.parts[at].folded);

  const takeChunk = (rest) => {
    let quoted = false;
    for (let at = 0; at < rest.length; at++) {
      const c = rest[at];
      if (QUOTES.test(c)) {
        if (quoted) return [rest.slice(0, at + 1), rest.slice(at + 1)];
        quoted = (at === 0 || rest[at - 1] === ":") && QUOTES.test(rest.slice(at + 1));
      } else if (/\s/.test(c) && !quoted) return [rest.slice(0, at), rest.slice(at)];
    }
    return [rest, ""];
  };

  const unquote = (chunk) => (chunk.length > 1 && QUOTES.test(chunk[0]) && QUOTES.test(chunk.at(-1)) ? chunk.slice(1, -1) : null);

  /** The first day, since 1970, of `2024`, `2024-06` or `2024-06-07`. */
  const dayNumber = (value) => {
    const match = /^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$/.exec(value);
    if (!match) return null;
    const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
    const date = new Date(Date.UTC(year, month - 1, day));
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / 86400000 : null;
  };

  const addField = (query, name, value, negative) => {
    if (!value) return false;
    const side = { after: "after", since: "after", before: "before", until: "before" }[name];
    if (side) {
      const day = dayNumber(value);
      if (day !== null) query[side] = day;
      return day !== null;
    }
    if (FIELDS.includes(name)) query.filters.push({ field: name, value, negative });
    return FIELDS.includes(name);
  };

  const MAX_LOOKED_UP_WORDS = 16;

  /** Of a long text the longest words say most, and each word that is looked up is a file to fetch. */
  const longest = (words) => {
    const length = (run) => run.parts.reduce((sum, part) => sum + [...part.folded].length, 0);
    const kept = new Set([...words].sort((a, b) => length(b) - length(a)).slice(0, MAX_LOOKED_UP_WORDS));
    return words.filter((run) => kept.has(run));
  };

  /** Takes a query apart. Every text is a query; what is no operator is words. */
  const parse = (text) => {
    const query = { words: [], typing: !/\s$/.test(text), phrases: [], without: [], filters: [], after: null, before: null, pasted: false };
    const addWord = (run) => query.words.some(sameRun(run)) || query.words.push(run);
    let rest = text.trimStart();
    let lastIsWord = false;
    while (rest) {
      const negative = /^-[\p{Alphabetic}"“”„]/u.test(rest);
      let chunk;
      [chunk, rest] = takeChunk(negative ? rest.slice(1) : rest);
      rest = rest.trimStart();
      lastIsWord = false;
      const inner = unquote(chunk);
      if (inner !== null) {
        const runs = tokenise(inner);
        if (runs.length) (negative ? query.without : query.phrases).push(runs);
        continue;
      }
      const colon = chunk.indexOf(":");
      const value = chunk.slice(colon + 1);
      if (colon > 0 && addField(query, chunk.slice(0, colon).toLowerCase(), (unquote(value) ?? value).trim(), negative)) continue;
      for (const run of tokenise(chunk).filter(isAsked)) negative ? query.without.push([run]) : addWord(run);
      lastIsWord = !negative;
    }
    query.typing &&= lastIsWord;
    query.pasted = query.words.length + query.phrases.flat().length >= PASTED_WORDS;
    if (query.pasted) {
      query.phrases.flat().filter(isAsked).forEach(addWord);
      query.phrases = [];
      query.typing = false;
      query.words = longest(query.words);
    }
    query.empty = !query.words.length && !query.phrases.length && !query.filters.length && query.after === null && query.before === null;
    return query;
  };

  // ---- Bits: the twin of src/search/bits.rs

  const DIGITS = new Uint8Array(128);
  [..."!#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"].forEach((c, at) => (DIGITS[c.charCodeAt(0)] = at));

  class Bits {
    constructor(text) {
      this.groups = new Uint16Array(text.length / 2);
      for (let at = 0; at < this.groups.length; at++) this.groups[at] = DIGITS[text.charCodeAt(2 * at)] * 91 + DIGITS[text.charCodeAt(2 * at + 1)];
      this.at = 0;
      this.left = 13;
    }
    bit() {
      if (this.left === 0) {
        this.at += 1;
        this.left = 13;
      }
      this.left -= 1;
      return (this.groups[this.at] >> this.left) & 1;
    }
    take(count) {
      let value = 0;
      for (; count > 0; count--) value = value * 2 + this.bit();
      return value;
    }
    gamma() {
      let extra = 0;
      while (!this.bit() && extra < 32) extra += 1;
      return 2 ** extra + this.take(extra);
    }
    rice(low) {
      let high = 0;
      while (this.bit()) high += 1;
      return high * 2 ** low + this.take(low);
    }
    /** Reads a symbol of a canonical prefix code: `[symbols in order, how many codes of each length]`. */
    symbol([symbols, lengths]) {
      let [code, first, index] = [0, 0, 0];
      for (const count of lengths) {
        code = code * 2 + this.bit();
        if (code - first < count) return symbols[index + code - first];
        index += count;
        first = (first + count) * 2;
      }
      throw new Error("search: the index is damaged");
    }
  }

  const riceLowBits = (total, count) => {
    const mean = Math.floor((total * 69) / (Math.max(count, 1) * 100));
    return mean === 0 ? 0 : 31 - Math.clz32(mean);
  };

  /** Terms that were written one after the other: how many characters are shared with the one above, and the others. */
  const readTerms = (text) => {
    let above = "";
    return text.split(" ").filter(Boolean).map((entry) => (above = [...above].slice(0, entry.charCodeAt(0) - 48).join("") + entry.slice(1)));
  };

  // ---- The index: the reader of what src/search/shard.rs writes

  const PLACES = { title: 1, cause: 2, lead: 4, timeline: 8, actions: 16, rest: 32 };

  class Index {
    /** `load` takes the name of a file of the index and promises its data. */
    constructor(load) {
      this.load = load;
      this.files = new Map();
    }
    /** Returns what `read` makes of a file, once. */
    file(name, read) {
      if (!this.files.has(name)) {
        const promise = Promise.resolve(this.load(name)).then(read);
        promise.catch(() => this.files.delete(name));
        this.files.set(name, promise);
      }
      return this.files.get(name);
    }
    async open() {
      this.root ??= await this.file("root", (root) => {
        const days = new Int32Array(root.entries).fill(-1);
        const bits = new Bits(root.days);
        for (let at = root.undated; at < root.entries; at++) days[at] = at === root.undated ? bits.take(20) : days[at - 1] + bits.gamma() - 1;
        const entryBits = root.entries > 1 ? 32 - Math.clz32(root.entries - 1) : 0;
        return { ...root, days, entryBits, firsts: readTerms(root.words) };
      });
      return this.root;
    }
    /** The number of the file of terms that holds `term`, if any does. */
    wordFile(term) {
      let [low, high] = [0, this.root.firsts.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.root.firsts[middle] <= term) low = middle + 1;
        else high = middle;
      }
      return Math.max(low - 1, 0);
    }
    /** The terms of a file, in order: `{ term, log, posting | (file, at) }`. */
    words(number) {
      return this.file(`w/${number}`, ([text, data, startFile, startAt]) => {
        const bits = new Bits(data);
        let [file, at] = [startFile, startAt];
        return readTerms(text).map((term) => {
          if (bits.bit()) return { term, log: 0, posting: [bits.take(this.root.entryBits), bits.symbol(this.root.places)] };
          const log = bits.gamma();
          if (bits.bit()) [file, at] = [file + 1, 0];
          return { term, log, file, at: at++ };
        });
      });
    }
    async term(term) {
      if (!this.root.firsts.length) return null;
      const words = await this.words(this.wordFile(term));
      return words.find((word) => word.term === term) ?? null;
    }
    /** The terms that begin with `prefix`, from at most `most` files. */
    async prefix(prefix, most) {
      if (!this.root.firsts.length) return [];
      const first = this.wordFile(prefix);
      const numbers = [first];
      while (numbers.length < most && this.root.firsts[first + numbers.length]?.startsWith(prefix)) numbers.push(first + numbers.length);
      const files = await Promise.all(numbers.map((number) => this.words(number)));
      return files.flat().filter((word) => word.term.startsWith(prefix));
    }
    /** The postings of a term, as matches of that quality. */
    async matches(word, quality) {
      if (word.posting) return [{ entry: word.posting[0], places: word.posting[1], quality }];
      const lists = await this.file(`p/${word.file}`, (data) => ({ bits: new Bits(data), lists: [] }));
      while (lists.lists.length <= word.at) lists.lists.push(this.postings(lists.bits));
      const [entries, places] = lists.lists[word.at];
      return Array.from(entries, (entry, at) => ({ entry, places: places[at], quality }));
    }
    postings(bits) {
      const count = bits.gamma();
      const low = riceLowBits(this.root.entries, count);
      const [entries, places] = [new Uint32Array(count), new Uint8Array(count)];
      let next = 0;
      for (let at = 0; at < count; at++) {
        entries[at] = next + bits.rice(low);
        places[at] = bits.symbol(this.root.places);
        next = entries[at] + 1;
      }
      return [entries, places];
    }
    /** The names of a field and the numbers of each incident's values. */
    async field(name) {
      const count = this.root.fields[name] ?? 0;
      const files = await Promise.all(Array.from({ length: count }, (_, at) => this.file(`f/${name}-${at}`, (data) => data)));
      if (!files.length) return { names: [], values: () => [] };
      const [names, lengths, sizes, sizeLengths] = files[0][1];
      this.fieldValues ??= new Map();
      if (!this.fieldValues.has(name)) {
        const numbers = names.map((_, at) => at);
        const all = [];
        files.forEach(([data], part) => {
          const bits = new Bits(data);
          const end = Math.min(this.root.entries, (part + 1) * this.root.fieldEntries);
          while (all.length < end) all.push(Array.from({ length: bits.symbol([sizes, sizeLengths]) }, () => bits.symbol([numbers, lengths])));
        });
        this.fieldValues.set(name, all);
      }
      const all = this.fieldValues.get(name);
      return { names, values: (entry) => all[entry] ?? [] };
    }
    /** What a result shows. */
    async card(entry) {
      const code = await this.file("text", ([tokens, tokenLengths, chars, charLengths]) => ({
        tokens: [tokens.split("\t"), tokenLengths],
        chars: [chars.split("\t"), charLengths],
      }));
      const number = Math.floor(entry / this.root.cards);
      const cards = await this.file(`c/${number}`, (data) => {
        const bits = new Bits(data);
        const end = Math.min(this.root.entries, (number + 1) * this.root.cards);
        return Array.from({ length: end - number * this.root.cards }, () => ({ id: readText(bits, code), lines: readText(bits, code).split("\n") }));
      });
      return readCard(cards[entry % this.root.cards], this.root.days[entry]);
    }
  }

  const BEGINS_WORD = /^[\p{Alphabetic}\p{N}]/u;

  /** Reads a text: its tokens, with a single space between two words. */
  const readText = (bits, code) => {
    let [text, followsWord] = ["", false];
    for (let count = bits.gamma() - 1; count > 0; count--) {
      const token = bits.symbol(code.tokens) || spell(bits, code.chars);
      const isWord = BEGINS_WORD.test(token);
      text += followsWord && isWord ? ` ${token}` : token;
      followsWord = isWord;
    }
    return text;
  };

  const spell = (bits, chars) => {
    let token = "";
    for (let c = bits.symbol(chars); c; c = bits.symbol(chars)) token += c === "rare" ? String.fromCodePoint(bits.take(21)) : c;
    return token;
  };

  const SIGNS = ["=", "!", "$", "@", "&", "%"];
  const isoDay = (day) => (day < 0 ? "" : new Date(day * 86400000).toISOString().slice(0, 10));

  /** Takes a card apart: title, minutes and the pieces of text, each with its place, anchor and heading. */
  const readCard = ({ id, lines }, day) => {
    const pieces = [];
    let above = { place: 5, anchor: "", heading: "" };
    for (const line of lines.slice(2)) {
      const [sign, rest] = [line[0], line.slice(1)];
      const place = SIGNS.indexOf(sign);
      if (sign === "-") pieces.push({ ...above, text: rest });
      else if (place >= 0 && rest[0] === "~") {
        const time = rest.slice(1);
        above = { place, anchor: `hs-t${isoDay(day).replaceAll("-", "")}T${time}`, heading: `${time.slice(0, 2)}:${time.slice(2, 4)}` };
      } else if (place >= 0) {
        const bar = rest.indexOf("|");
        above = { place, anchor: rest.slice(0, bar), heading: rest.slice(bar + 1) };
      }
    }
    return { id, title: lines[0], minutes: lines[1] ? Number(lines[1]) : null, pieces, lines, isCut: lines.at(-1) === "+" };
  };

  // ---- Ranking: the twin of src/search/rank.rs

  const PLACE_WEIGHTS = [16, 14, 6, 4, 3, 2];
  const [EXACT, PARTS, PREFIX, TYPING_ERROR] = [100, 80, 70, 50];
  const [MAX_EXPANSIONS, MAX_CORRECTIONS, MAX_PASTED_WORDS, PASTED_PERCENT, MAX_PASTED_HITS] = [24, 4, 8, 60, 50];
  /** From how many files of terms a prefix and a typing error are looked up. */
  const [MAX_PREFIX_FILES, MAX_CORRECTION_FILES] = [8, 48];
  /** So many candidates for a phrase are read at once. */
  const PHRASE_BATCH = 24;

  const WEIGHTS = Uint32Array.from({ length: 64 }, (_, places) => {
    const weights = PLACE_WEIGHTS.filter((_, place) => (places >> place) & 1);
    return weights.length ? Math.max(...weights) * 3 + weights.reduce((a, b) => a + b) : 0;
  });

  const rarity = (total, count) => {
    const times = Math.max(Math.floor(((total + 1) * 16) / Math.max(count, 1)), 16);
    const log = 31 - Math.clz32(times);
    return log * 16 + (Math.floor((times * 16) / 2 ** log) & 15) - 64 + 8;
  };

  const log2 = (count) => 31 - Math.clz32(count);
  const byTerm = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  const inBoth = (a, b) => {
    const both = [];
    let at = 0;
    for (const x of a) {
      while (at < b.length && b[at].entry < x.entry) at += 1;
      if (b[at]?.entry !== x.entry) continue;
      const shared = x.places & b[at].places;
      both.push({ entry: x.entry, places: shared || x.places | b[at].places, quality: Math.min(x.quality, b[at].quality) });
    }
    return both;
  };

  const inEither = (a, b) => {
    const either = [];
    let at = 0;
    for (const x of a) {
      while (at < b.length && b[at].entry < x.entry) either.push(b[at++]);
      if (b[at]?.entry === x.entry) {
        either.push({ entry: x.entry, places: x.places | b[at].places, quality: Math.max(x.quality, b[at].quality) });
        at += 1;
      } else either.push(x);
    }
    while (at < b.length) either.push(b[at++]);
    return either;
  };

  const typingErrors = (a, b) => {
    const rows = Array.from({ length: a.length + 1 }, (_, i) => [i]);
    for (let j = 0; j <= b.length; j++) rows[0][j] = j;
    for (let i = 1; i <= a.length; i++) {
      for (let j = 1; j <= b.length; j++) {
        let errors = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) errors = Math.min(errors, rows[i - 2][j - 2] + 1);
        rows[i][j] = errors;
      }
    }
    return rows[a.length][b.length];
  };

  const corrections = async (index, typedTerm) => {
    const typed = [...typedTerm];
    const allowed = typed.length < 4 ? 0 : typed.length < 8 ? 1 : 2;
    if (!allowed) return [];
    const near = [await index.prefix(typed[0], MAX_CORRECTION_FILES), typed[0] === typed[1] ? [] : await index.prefix(typed[1] + typed[0], 4)].flat();
    const close = [];
    for (const word of near) {
      const term = [...word.term];
      if (Math.abs(term.length - typed.length) > allowed) continue;
      const errors = typingErrors(typed, term);
      if (errors <= allowed) close.push({ word, errors });
    }
    close.sort((a, b) => a.errors - b.errors || b.word.log - a.word.log || byTerm(a.word.term, b.word.term));
    return close.filter((one) => one.errors === close[0].errors).slice(0, MAX_CORRECTIONS).map((one) => one.word);
  };

  /** Finds the terms of a part of a word, with the quality of each: as it is, as the beginning of others, with a typing error. */
  const findPart = async (index, part, mayBeUnfinished, mayBeWrong, found) => {
    const exact = await index.term(part.term);
    const terms = exact ? [[exact, EXACT]] : [];
    const isLongEnough = [...part.folded].length >= 2 || !isAscii(part.folded);
    if (isLongEnough && (mayBeUnfinished || !exact)) {
      const longer = (await index.prefix(part.folded, MAX_PREFIX_FILES)).filter((word) => word.term !== exact?.term);
      longer.sort((a, b) => b.log - a.log || byTerm(a.term, b.term));
      for (const word of longer.slice(0, MAX_EXPANSIONS)) terms.push([word, PREFIX]);
    }
    if (!terms.length && mayBeWrong) {
      for (const word of await corrections(index, part.term)) {
        terms.push([word, TYPING_ERROR]);
        found.corrected.push(word.term);
      }
    }
    found.terms.push(...terms.map(([word]) => word.term));
    return terms;
  };

  const union = async (index, terms) => {
    const lists = await Promise.all(terms.map(([word, quality]) => index.matches(word, quality)));
    return lists.reduce(inEither, []);
  };

  /** Looks a word up, without its postings yet: `log` says about how many there are. */
  const lookUp = async (index, run, mayBeUnfinished, mayBeWrong) => {
    const found = { run, terms: [], corrected: [], whole: null, parts: [] };
    found.whole = run.whole && (await index.term(run.whole));
    if (found.whole) found.terms.push(found.whole.term);
    const asked = run.parts.filter((part) => part.indexed);
    const last = asked.length - 1;
    found.parts = await Promise.all(asked.map((part, at) => findPart(index, part, mayBeUnfinished && at === last, mayBeWrong && last === 0, found)));
    return found;
  };

  const fetchMatches = async (index, found) => {
    const lists = await Promise.all(found.parts.map((terms) => union(index, terms)));
    let parts = lists.length ? lists.reduce(inBoth) : [];
    if (lists.length > 1) parts = parts.map((match) => ({ ...match, quality: Math.min(match.quality, PARTS) }));
    found.matches = inEither(found.whole ? await index.matches(found.whole, EXACT) : [], parts);
    return found;
  };

  const withAll = (total, found) => {
    let scores = new Map();
    found.forEach(({ matches }, at) => {
      const rare = rarity(total, matches.length);
      const next = new Map();
      for (const { entry, places, quality } of matches) {
        const score = rare * WEIGHTS[places] * quality;
        const above = scores.get(entry);
        if (at === 0) next.set(entry, { entry, score, places, shared: places });
        else if (above) next.set(entry, { entry, score: above.score + score, places: above.places | places, shared: above.shared & places });
      }
      scores = next;
    });
    if (found.length > 1) {
      for (const hit of scores.values()) if (hit.shared) hit.score += Math.floor(hit.score / 4);
    }
    return [...scores.values()];
  };

  const withMost = (total, all, allowed) => {
    const found = all.filter(({ matches }) => matches.length).sort((a, b) => log2(a.matches.length) - log2(b.matches.length)).slice(0, MAX_PASTED_WORDS);
    // Arrays by incident rather than objects: common words stand in most of a hundred thousand.
    const [amounts, scores, places, byPlace] = [new Uint32Array(total), new Float64Array(total), new Uint8Array(total), new Uint32Array(total * 6)];
    const entries = [];
    for (const { matches } of found) {
      const rare = rarity(total, matches.length);
      for (const match of matches) {
        const entry = match.entry;
        if (!amounts[entry]) {
          if (!allowed(entry)) continue;
          entries.push(entry);
        }
        const amount = rare * match.quality;
        amounts[entry] += amount;
        scores[entry] += amount * (150 + WEIGHTS[match.places]);
        places[entry] |= match.places;
        for (let place = 0; place < 6; place++) if ((match.places >> place) & 1) byPlace[entry * 6 + place] += amount;
      }
    }
    const best = entries.reduce((most, entry) => Math.max(most, amounts[entry]), 0);
    const kept = entries.filter((entry) => amounts[entry] * 100 >= best * PASTED_PERCENT);
    const together = (entry) => Math.max(...byPlace.subarray(entry * 6, entry * 6 + 6)) * 50;
    return kept.map((entry) => ({ entry, score: scores[entry] + together(entry), places: places[entry], shared: 0 }));
  };

  const termsOf = (runs) => runs.flatMap((run) => run.parts.map((part) => part.term));

  const holdsPhrase = (text, phrase) => {
    const [terms, wanted] = [termsOf(tokenise(text)), termsOf(phrase)];
    return wanted.length > 0 && terms.some((_, at) => wanted.every((term, offset) => terms[at + offset] === term));
  };

  /** False where the card shows that the incident does not hold the phrase; what a card leaves out may hold it. */
  const mayHold = async (index, entry, phrase) => {
    const card = await index.card(entry);
    return card.isCut || card.lines.some((line) => holdsPhrase(line, phrase));
  };

  const isValue = (value, typed) => {
    const words = (text) => tokenise(text).flatMap((run) => run.parts.map((part) => part.folded));
    const [own, asked] = [words(value), words(typed)];
    return asked.length > 0 && asked.every((word) => own.some((one) => one.startsWith(word)));
  };

  /** Returns a function that says whether fields, days and excluded words allow an incident. */
  const allowedBy = async (index, query) => {
    const tests = [];
    for (const field of FIELDS) {
      const filters = query.filters.filter((filter) => filter.field === field);
      if (!filters.length) continue;
      const { names, values } = await index.field(field);
      const numbers = (negative) => {
        const asked = filters.filter((filter) => filter.negative === negative);
        return asked.length ? new Set(names.flatMap((name, at) => (asked.some((filter) => isValue(name, filter.value)) ? [at] : []))) : null;
      };
      const [asked, refused] = [numbers(false), numbers(true)];
      tests.push((entry) => (!asked || values(entry).some((value) => asked.has(value))) && !(refused && values(entry).some((value) => refused.has(value))));
    }
    if (query.after !== null || query.before !== null) {
      const days = index.root.days;
      tests.push((entry) => days[entry] >= Math.max(query.after ?? 0, 0) && (query.before === null || days[entry] < query.before));
    }
    for (const runs of query.without) {
      const found = await Promise.all(runs.filter(isAsked).map(async (run) => fetchMatches(index, await lookUp(index, run, false, false))));
      let entries = withAll(index.root.entries, found).map((hit) => hit.entry);
      if (runs.length > 1 && entries.length <= PHRASE_BATCH) {
        const holds = await Promise.all(entries.map((entry) => mayHold(index, entry, runs)));
        entries = entries.filter((_, at) => holds[at]);
      }
      const excluded = new Set(entries);
      tests.push((entry) => !excluded.has(entry));
    }
    return (entry) => tests.every((test) => test(entry));
  };

  const better = (a, b) => b.score - a.score || b.entry - a.entry;

  /**
   * Answers a query: `{ hits, isMost, terms, corrected, more }`. A hit is `{ entry, score, places, shared }`. Where phrases are asked
   * for, `more` reads further candidates; it is null once all were read.
   */
  const answer = async (index, query) => {
    await index.open();
    const total = index.root.entries;
    const last = query.words.length - 1;
    const [allowed, ...looked] = await Promise.all([
      allowedBy(index, query),
      ...query.words.map((run, at) => lookUp(index, run, query.typing && at === last, !query.pasted)),
      ...query.phrases.flat().filter(isAsked).map((run) => lookUp(index, run, false, false)),
    ]);
    const result = { hits: [], isMost: false, terms: [...new Set(looked.flatMap((found) => found.terms))], corrected: [], more: null };
    for (const found of looked) if (found.corrected.length) result.corrected.push([found.run.parts[0].folded, found.corrected]);
    if (!looked.length) {
      for (let entry = total - 1; entry >= 0; entry--) if (allowed(entry)) result.hits.push({ entry, score: 0, places: 0, shared: 0 });
      return result;
    }
    let found = looked;
    if (query.pasted) {
      // Of pasted text only the rarest words are worth their postings.
      const size = (one) => Math.max(0, ...[one.whole ? [[one.whole]] : [], ...one.parts].flat().map(([word]) => word.log));
      const known = looked.filter((one) => one.whole || (one.parts.length && one.parts.every((terms) => terms.length)));
      found = known.sort((a, b) => size(a) - size(b)).slice(0, MAX_PASTED_WORDS);
    }
    await Promise.all(found.map((one) => fetchMatches(index, one)));
    let hits = query.pasted ? [] : withAll(total, found).filter((hit) => allowed(hit.entry)).sort(better);
    if (query.phrases.length) {
      let candidates = hits;
      result.more = async () => {
        const batch = candidates.slice(0, PHRASE_BATCH);
        candidates = candidates.slice(PHRASE_BATCH);
        const holds = await Promise.all(batch.map(async (hit) => (await Promise.all(query.phrases.map((phrase) => mayHold(index, hit.entry, phrase)))).every(Boolean)));
        result.hits.push(...batch.filter((_, at) => holds[at]));
        if (!candidates.length) result.more = null;
      };
      // A few can all be read, so that their number is exact; of many only what is shown.
      const enough = candidates.length <= 4 * PHRASE_BATCH ? Infinity : 10;
      while (result.more && result.hits.length < enough) await result.more();
      return result;
    }
    if (!hits.length && (query.pasted || found.length > 1)) {
      hits = withMost(total, found, allowed).sort(better).slice(0, MAX_PASTED_HITS);
      result.isMost = true;
    }
    result.hits = hits;
    return result;
  };

  // ---- Snippets

  /** Returns the places in `text` of words of the query: `[start, end, term]`. */
  const marks = (text, terms) => {
    const found = [];
    for (const run of tokenise(text)) {
      const term = [run.whole, ...run.parts.filter((part) => part.indexed).map((part) => part.term)].find((term) => term && terms.has(term));
      if (term) found.push([run.start, run.end, term]);
    }
    return found;
  };

  const SNIPPET_CHARS = 180;

  /** Cuts a text to what is shown, around the first mark: `[text, marks]`. */
  const clip = (text, found) => {
    if (text.length <= SNIPPET_CHARS) return [text, found];
    const first = found.length ? found[0][0] : 0;
    let start = Math.min(Math.max(first - SNIPPET_CHARS / 3, 0), text.length - SNIPPET_CHARS);
    let end = start + SNIPPET_CHARS;
    const space = text.indexOf(" ", start);
    if (start > 0 && space >= 0 && space < first) start = space + 1;
    if (end < text.length && text.lastIndexOf(" ", end) > first) end = text.lastIndexOf(" ", end);
    const lead = start > 0 ? "… " : "";
    const inside = found.filter((mark) => mark[0] >= start && mark[1] <= end).map(([a, b, term]) => [a - start + lead.length, b - start + lead.length, term]);
    return [lead + text.slice(start, end) + (end < text.length ? " …" : ""), inside];
  };

  /** Returns the pieces of a card that answer best. */
  const snippets = (card, terms, most) => {
    const found = card.pieces.map((piece, at) => ({ ...piece, at, marks: marks(piece.text, terms) })).filter((piece) => piece.marks.length);
    const worth = (piece) => new Set(piece.marks.map((mark) => mark[2])).size * 10 - piece.place;
    found.sort((a, b) => worth(b) - worth(a) || a.at - b.at);
    const shown = found.length ? found.slice(0, most) : card.pieces.slice(0, 1).map((piece) => ({ ...piece, marks: [] }));
    return shown.map((piece) => {
      const [text, inside] = clip(piece.text, piece.marks);
      return { ...piece, text, marks: inside };
    });
  };

  // What the files of the index call, and what the tests use.
  const waiting = new Map();
  globalThis.hindsiteSearch = {
    tokenise, parse, answer, snippets, Index,
    add: (version, name, data) => waiting.get(name)?.({ version, data }),
  };

  // ---- The page

  const form = globalThis.document?.getElementById("hs-search");
  if (!form) return;
  const words = JSON.parse(form.dataset.words);
  const input = form.querySelector("input[type=search]");
  const [status, list, rail, more, narrow] = ["status", "results", "rail", "more", "narrow"].map((id) => document.getElementById(`hs-search-${id}`));
  const RESULTS_AT_ONCE = 10;
  const MAX_ACTION_HITS = 5;
  const MAX_FACET_VALUES = 12;
  const TYPES = ["incidents", "causes", "actions"];

  const fill = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  const count = (key, n) => fill(n === 1 ? `${key}_one` : `${key}_other`, { n: String(n) });

  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
    made.append(...children.filter((child) => child !== null));
    return made;
  };

  /** A file of the index is a script that calls `add`: this works from `file://` too. */
  let version = null;
  const load = (name) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${form.dataset.index}${name}.js${version ? `?v=${version}` : ""}`;
      const fail = () => reject(new Error(fill("search_failed")));
      waiting.set(name, (file) => {
        version ??= file.version;
        file.version === version ? resolve(file.data) : reject(new Error(fill("search_stale")));
      });
      script.onerror = fail;
      script.onload = () => {
        waiting.delete(name);
        script.remove();
        fail();
      };
      document.head.append(script);
    });
  const index = new Index(load);

  // The state is the address: the query, and what it was narrowed by.
  const readState = () => {
    const params = new URLSearchParams(location.search);
    const all = (name) => new Set(params.getAll(name));
    return { q: params.get("q") ?? "", type: all("type"), service: all("service"), severity: all("severity"), year: all("year") };
  };
  const addressOf = (state) => {
    const params = new URLSearchParams();
    if (state.q.trim()) params.set("q", state.q);
    for (const name of ["type", "service", "severity", "year"]) for (const value of state[name]) params.append(name, value);
    const text = params.toString();
    return text ? `?${text}` : location.pathname.split("/").pop();
  };
  let state = readState();

  /** Puts the state into the address; false where the browser forbids it. */
  const remember = (isNew) => {
    const address = addressOf(state);
    if (address === (location.search || location.pathname.split("/").pop())) return true;
    try {
      history[isNew ? "pushState" : "replaceState"](null, "", address);
      return true;
    } catch {
      return false;
    }
  };

  const dateText = (iso) => {
    const [year, month, day] = iso.split("-").map(Number);
    return fill("date", { year: String(year), month: words.months.split(" ")[month - 1], day: String(day) });
  };
  const durationText = (minutes) => {
    const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
    const parts = days ? [[days, "day"], [hours, "hour"]] : [[hours, "hour"], [rest, "min"]];
    return parts.filter(([n], at) => n || (at && !days && !hours)).map(([n, unit]) => `${n} ${words[unit]}`).join(" ");
  };

  /** Text with what was found marked. */
  const marked = (text, found) => {
    const nodes = [];
    let from = 0;
    for (const [start, end] of found) {
      nodes.push(text.slice(from, start), element("mark", {}, text.slice(start, end)));
      from = end;
    }
    return [...nodes, text.slice(from)];
  };

  /** Everything that an answer is narrowed by, counted: each facet under what the others allow. */
  const facetsOf = async (hits) => {
    const [service, severity] = await Promise.all(["service", "severity"].map((name) => index.field(name)));
    const named = ({ names, values }) => (entry) => values(entry).map((value) => names[value]);
    const year = (entry) => (index.root.days[entry] < 0 ? [] : [isoDay(index.root.days[entry]).slice(0, 4)]);
    const facets = [["service", named(service)], ["severity", named(severity)], ["year", year]];
    const allows = ([name, of], entry) => !state[name].size || of(entry).some((value) => state[name].has(value));
    const kept = [];
    const counts = new Map(facets.map(([name]) => [name, new Map([...state[name]].map((value) => [value, 0]))]));
    for (const hit of hits) {
      const passed = facets.map((facet) => allows(facet, hit.entry));
      const failures = passed.filter((pass) => !pass).length;
      if (!failures) kept.push(hit);
      facets.forEach(([name, of], at) => {
        if (failures - !passed[at] > 0) return;
        for (const value of of(hit.entry)) counts.get(name).set(value, (counts.get(name).get(value) ?? 0) + 1);
      });
    }
    return { kept, counts, facts: { services: named(service), severity: named(severity) } };
  };

  const isShown = (type) => !state.type.size || state.type.has(type);

  const box = (name, value, text, n, checked) =>
    element("li", {}, element("label", {}, element("input", { type: "checkbox", name, value, checked }), text), element("span", { class: "mute" }, String(n)));

  const drawRail = (counts, found) => {
    const focused = document.activeElement?.closest("#hs-search-rail") && [document.activeElement.name, document.activeElement.value];
    const group = (title, boxes) => element("fieldset", {}, element("legend", {}, title), element("ul", {}, ...boxes));
    const groups = [group(words.search_show, TYPES.map((type) => box("type", type, words[`search_type_${type}`], found[type], isShown(type))))];
    for (const [name, values] of counts) {
      const order = name === "service" ? (a, b) => b[1] - a[1] || byTerm(a[0], b[0]) : name === "year" ? (a, b) => byTerm(b[0], a[0]) : (a, b) => byTerm(a[0], b[0]);
      const sorted = [...values].sort(order);
      const shown = sorted.filter(([value], at) => at < MAX_FACET_VALUES || state[name].has(value));
      if (shown.length) groups.push(group(words[`search_${name}`], shown.map(([value, n]) => box(name, value, value, n, state[name].has(value)))));
    }
    rail.replaceChildren(...groups);
    if (focused) [...rail.querySelectorAll("input")].find((one) => one.name === focused[0] && one.value === focused[1])?.focus();
  };

  const urlOf = (id, anchor) => `incidents/${encodeURIComponent(id)}.html${anchor ? `#${encodeURIComponent(anchor)}` : ""}`;

  const placeName = (piece) => {
    if (piece.place === 3) return piece.heading ? fill("search_timeline_at", { time: piece.heading }) : words.search_timeline;
    return piece.heading || words[piece.place === 4 ? "search_type_actions" : "search_top"];
  };

  const drawIncident = async (hit, terms, facts) => {
    const card = await index.card(hit.entry);
    const day = isoDay(index.root.days[hit.entry]);
    const facets = [
      ...facts.severity(hit.entry).map((severity) => element("span", { class: `sev s${severity.replace(/\D/g, "")}` }, severity)),
      day && element("span", {}, element("time", { datetime: day }, dateText(day))),
      ...facts.services(hit.entry).slice(0, 3).map((service) => element("span", { dir: "auto" }, service)),
      card.minutes !== null && element("span", {}, durationText(card.minutes)),
      element("span", {}, card.id),
    ].filter(Boolean);
    const meta = element("p", { class: "meta" });
    facets.forEach((facet, at) => meta.append(...(at ? [" ", facet] : [facet])));
    const item = element("li", {}, element("h2", {}, element("a", { href: urlOf(card.id), dir: "auto" }, ...marked(card.title, marks(card.title, terms)))), meta);
    for (const piece of snippets(card, terms, 2)) {
      item.append(
        element("p", { class: "sn", dir: "auto" }, ...marked(piece.text, piece.marks)),
        element("p", { class: "wh" }, `${words.search_in} `, element("a", { class: "q", href: urlOf(card.id, piece.anchor), dir: "auto" }, placeName(piece))),
      );
    }
    return item;
  };

  /** The causes whose name holds every word. */
  const causesOf = (query) => {
    const asked = query.words.flatMap((run) => run.parts.filter((part) => part.indexed));
    if (!asked.length || query.pasted || query.phrases.length || query.filters.length) return [];
    return (index.root.site?.causes ?? []).filter(([label]) => {
      const own = tokenise(label).flatMap((run) => run.parts);
      return asked.every((part) => own.some((one) => one.term === part.term || one.folded.startsWith(part.folded)));
    });
  };

  const drawCause = ([label, href, n, last], terms) =>
    element(
      "li", {}, element("p", { class: "wh" }, words.search_cause),
      element("h2", {}, element("a", { href, dir: "auto" }, ...marked(label, marks(label, terms)))),
      element("p", { class: "sn" }, last ? fill("search_cause_text", { incidents: count("incidents", n), day: dateText(last) }) : count("incidents", n)),
    );

  /** The actions that hold every word, of the best incidents. */
  const actionsOf = async (hits, terms, wanted) => {
    const found = [];
    for (const hit of hits.filter((hit) => hit.shared & PLACES.actions).slice(0, MAX_ACTION_HITS)) {
      const card = await index.card(hit.entry);
      for (const piece of card.pieces.filter((piece) => piece.place === 4)) {
        const own = marks(piece.text, terms);
        if (new Set(own.map((mark) => mark[2])).size >= wanted) found.push({ card, piece, marks: own });
      }
    }
    return found;
  };

  const drawAction = ({ card, piece, marks: own }) =>
    element(
      "li", {}, element("p", { class: "wh" }, words.search_action),
      element("h2", {}, element("a", { href: urlOf(card.id, piece.anchor), dir: "auto" }, ...marked(piece.text, own))),
      element("p", { class: "sn mute" }, fill("search_from", { title: card.title })),
    );

  const statusText = (query, result, found) => {
    const sum = TYPES.filter(isShown).reduce((all, type) => all + found[type], 0);
    if (!sum) return fill(result.hits.length ? "search_ticked" : "search_none", { q: state.q.trim(), incidents: count("incidents", result.hits.length) });
    const parts = TYPES.filter((type) => isShown(type) && found[type]).map((type) => count(`search_n_${type}`, found[type]));
    const corrected = result.corrected.map(([typed, terms]) => ` ${fill("search_corrected", { typed, terms: terms.join(", ") })}`).join("");
    const key = result.isMost ? "search_most" : result.more ? "search_at_least" : "search_found";
    return fill(key, { q: state.q.trim(), parts: parts.join(", ") }) + corrected;
  };

  let run = 0;
  const search = async () => {
    const mine = ++run;
    const query = parse(state.q);
    if (query.empty) {
      status.textContent = words.search_hint;
      list.replaceChildren();
      rail.replaceChildren();
      narrow.hidden = true;
      more.hidden = true;
      return;
    }
    form.setAttribute("aria-busy", "true");
    try {
      const result = await answer(index, query);
      const terms = new Set(result.terms);
      const { kept, counts, facts } = await facetsOf(result.hits);
      const causes = causesOf(query);
      const wanted = query.words.length + query.phrases.length;
      const actions = wanted && !result.isMost ? await actionsOf(kept, terms, wanted) : [];
      const found = { incidents: kept.length, causes: causes.length, actions: actions.length };
      const incidents = isShown("incidents") ? kept : [];
      const first = await Promise.all(incidents.slice(0, RESULTS_AT_ONCE).map((hit) => drawIncident(hit, terms, facts)));
      if (mine !== run) return;
      drawRail(counts, found);
      narrow.hidden = false;
      const extras = (type, items, draw) => (isShown(type) ? items.map((item) => draw(item, terms)) : []);
      const last = extras("actions", actions, drawAction);
      list.replaceChildren(...extras("causes", causes.slice(0, 3), drawCause), ...first, ...last);
      status.textContent = statusText(query, result, found);
      let shown = first.length;
      const offerMore = () => {
        const left = incidents.length - shown;
        more.hidden = left <= 0 && !result.more;
        more.textContent = left > 0 ? count("search_more", Math.min(left, RESULTS_AT_ONCE)) : words.search_look_on;
      };
      more.onclick = async () => {
        if (incidents.length <= shown && result.more) {
          await result.more();
          const { kept } = await facetsOf(result.hits);
          incidents.splice(0, incidents.length, ...kept);
        }
        const next = await Promise.all(incidents.slice(shown, shown + RESULTS_AT_ONCE).map((hit) => drawIncident(hit, terms, facts)));
        const before = list.children[list.children.length - last.length] ?? null;
        for (const item of next) list.insertBefore(item, before);
        shown += next.length;
        offerMore();
        next[0]?.querySelector("a")?.focus();
      };
      offerMore();
    } catch (error) {
      if (mine === run) status.textContent = error.message;
    } finally {
      if (mine === run) form.removeAttribute("aria-busy");
    }
  };

  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      state.q = input.value;
      remember(false);
      search();
    }, 120);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    state.q = input.value;
    // Where the address cannot be changed, the browser goes there.
    if (!remember(true)) return;
    event.preventDefault();
    search();
  });
  rail.addEventListener("change", (event) => {
    const { name, value } = event.target;
    if (name === "type") {
      const on = TYPES.filter((type) => (type === value ? event.target.checked : isShown(type)));
      state.type = new Set(on.length === TYPES.length ? [] : on);
    } else event.target.checked ? state[name].add(value) : state[name].delete(value);
    remember(true);
    search();
  });
  addEventListener("popstate", () => {
    state = readState();
    input.value = state.q;
    search();
  });
  const wide = matchMedia("(min-width: 62rem)");
  narrow.open = wide.matches;
  wide.addEventListener("change", () => (narrow.open = wide.matches));
  form.hidden = false;
  input.value = state.q;
  search();
})();
