import { defineFeature } from '../../shell/feature'
import { useDetailStore } from './detail.store'

export default defineFeature({ setup: () => useDetailStore().open() })
