import type { Collections } from '../search/engine'
import { ticketCollection } from './features/tickets/search.documents.store'
import { ticketIndex } from './features/tickets/search.indexer'

/** What can be searched for, and how each kind counts its words. */
export const searchCollections: Collections = { [ticketIndex]: ticketCollection }
