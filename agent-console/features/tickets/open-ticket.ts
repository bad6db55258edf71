import { ref } from 'vue'

/** Whether the form for a ticket by hand is open; any button may set it. */
export const isOpeningTicket = ref(false)
