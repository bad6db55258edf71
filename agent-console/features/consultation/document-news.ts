import type { DocumentView } from '../../../contract/consultations.schema'

const listeners = new Set<(document: DocumentView) => void>()

/** A document the API has just answered with, for whoever shows its consultation before the feed tells. */
export const announceDocument = (document: DocumentView): void => {
  for (const listener of listeners) listener(document)
}

export const onDocument = (listener: (document: DocumentView) => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
