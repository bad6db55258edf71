import { defineFeature } from '../../shell/feature'
import IncomingInvitation from './IncomingInvitation.vue'

export default defineFeature({ overlays: [IncomingInvitation] })
