import type { ExportColumn } from '../../../contract/exports.rules'
import type {
  ApplicationResult,
  SlaState,
  TicketPriority,
  TicketSource,
  TicketStatus,
} from '../../../contract/tickets.rules'

export interface ExportWords {
  columns: Record<ExportColumn, string>
  statuses: Record<TicketStatus, string>
  priorities: Record<TicketPriority, string>
  sources: Record<TicketSource, string>
  slaStates: Record<SlaState, string>
  applications: Record<ApplicationResult, string>
  yes: string
  no: string
  sheet: string
}

/** What stands in an exported file; an import understands both languages. */
export const exportWords: Record<'zh-CN' | 'en', ExportWords> = {
  'zh-CN': {
    columns: {
      number: '工单编号',
      externalNumber: '外部编号',
      topic: '事项',
      description: '描述',
      status: '状态',
      priority: '优先级',
      source: '来源',
      contactName: '联系人',
      contactPhone: '联系电话',
      site: '站点',
      department: '部门',
      serviceItem: '办理事项',
      assignee: '负责人',
      tags: '标签',
      complaint: '投诉',
      rating: '评分',
      slaState: '时限状态',
      nextDueAt: '下一时限',
      escalationLevel: '升级级别',
      application: '办件结果',
      urgeCount: '催办次数',
      reopenCount: '重开次数',
      createdAt: '创建时间',
      updatedAt: '更新时间',
      resolvedAt: '解决时间',
      closedAt: '关闭时间',
    },
    statuses: {
      new: '新建',
      open: '处理中',
      waiting_citizen: '等待市民',
      waiting_department: '等待部门',
      on_hold: '挂起',
      resolved: '已解决',
      closed: '已关闭',
      merged: '已合并',
    },
    priorities: { low: '低', normal: '普通', high: '高', urgent: '紧急' },
    sources: { consultation: '咨询', desk: '坐席登记', import: '导入', api: '接口' },
    slaStates: {
      none: '无',
      running: '计时中',
      warned: '临近超时',
      breached: '已超时',
      paused: '已暂停',
      met: '已达成',
    },
    applications: { accepted: '受理', returned: '退回' },
    yes: '是',
    no: '否',
    sheet: '工单',
  },
  en: {
    columns: {
      number: 'Number',
      externalNumber: 'External number',
      topic: 'Topic',
      description: 'Description',
      status: 'Status',
      priority: 'Priority',
      source: 'Source',
      contactName: 'Contact name',
      contactPhone: 'Contact phone',
      site: 'Site',
      department: 'Department',
      serviceItem: 'Service item',
      assignee: 'Assignee',
      tags: 'Tags',
      complaint: 'Complaint',
      rating: 'Rating',
      slaState: 'Time limit',
      nextDueAt: 'Due next',
      escalationLevel: 'Escalation level',
      application: 'Application',
      urgeCount: 'Times urged',
      reopenCount: 'Times reopened',
      createdAt: 'Created at',
      updatedAt: 'Updated at',
      resolvedAt: 'Resolved at',
      closedAt: 'Closed at',
    },
    statuses: {
      new: 'New',
      open: 'Open',
      waiting_citizen: 'Waiting for citizen',
      waiting_department: 'Waiting for department',
      on_hold: 'On hold',
      resolved: 'Resolved',
      closed: 'Closed',
      merged: 'Merged',
    },
    priorities: { low: 'Low', normal: 'Normal', high: 'High', urgent: 'Urgent' },
    sources: { consultation: 'Consultation', desk: 'Desk', import: 'Import', api: 'API' },
    slaStates: {
      none: 'None',
      running: 'Running',
      warned: 'At risk',
      breached: 'Breached',
      paused: 'Paused',
      met: 'Met',
    },
    applications: { accepted: 'Accepted', returned: 'Returned' },
    yes: 'Yes',
    no: 'No',
    sheet: 'Tickets',
  },
}
