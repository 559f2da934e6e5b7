/** What many rows of one write share, sent once: taking a value out of a row's JSON costs as much as writing it. */

export type SharedTerms = {
  /** Where these terms stand in the array. */
  placeOf(terms: readonly unknown[]): number;
  /** A JSON array of the terms that were seen. */
  asJson(): string;
};

export function sharedTerms(): SharedTerms {
  const places = new Map<string, number>();
  return {
    placeOf(terms) {
      const text = JSON.stringify(terms);
      const place = places.get(text) ?? places.size;
      places.set(text, place);
      return place;
    },
    asJson: () => `[${[...places.keys()].join()}]`,
  };
}
