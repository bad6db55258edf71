/** ECharts with just what the dashboard draws: a chunk of its own, loaded when a chart is shown. */
import { BarChart, GaugeChart } from 'echarts/charts'
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, GaugeChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer])

export const draw = (element: HTMLElement) => init(element, undefined, { renderer: 'svg' })
