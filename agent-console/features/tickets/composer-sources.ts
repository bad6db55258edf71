import { computed, shallowReactive } from 'vue'
import type { DraftKind } from '../../../contract/tickets.rules'
import type { TicketDetail } from '../../../contract/tickets.schema'

/** Something that `/` in the composer offers: a text to put in, or something to do, or both. */
export interface ComposerEntry {
  id: string
  title: string
  subtitle?: string
  /** Put in where `/…` stood. */
  text?: string
  /** Done when it is picked, after the text was put in; macros, for example. */
  run?(): void | Promise<void>
}

export interface ComposerSource {
  id: string
  search(query: string, context: { detail: TicketDetail; kind: DraftKind }): Promise<ComposerEntry[]>
}

const sources = shallowReactive(new Map<string, ComposerSource>())

/** Adds to what `/` finds; the answer removes it. Call it in a feature's `setup` or in an overlay. */
export function registerComposerSource(source: ComposerSource): () => void {
  sources.set(source.id, source)
  return () => {
    sources.delete(source.id)
  }
}

export const composerSources = computed(() => [...sources.values()])
