import { ref } from 'vue'
import type { TicketListFilter } from '../../../contract/ticket-list.schema'

/** The list somebody wants as a file; null while nobody does. Any list may set it. */
export const exportRequest = ref<TicketListFilter | null>(null)
