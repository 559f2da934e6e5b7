/** What the page and its scanning worker say to each other. One picture is under way at a time, so answers need no number. */
import type { Rgba } from './grey.ts';

/** `still` when no other frame follows. */
export type ScanRequest = Rgba & { readonly still: boolean };

/** `failed` when the decoder could not be loaded; then no other answer comes. */
export type ScanAnswer = { readonly text: string | undefined } | { readonly failed: true };
