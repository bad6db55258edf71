import { defineFeature } from '../../shell/feature'
import TicketClocks from './TicketClocks.vue'

export default defineFeature({
  ticketPanels: [{ id: 'clocks', order: 20, component: TicketClocks }],
})
