/**
 * The forms that a bureau imports, one table for each type of bulletin that opens a record: which columns, how they are
 * read, where they go. The forms of penalties and permits are those of 发改办财金〔2018〕424号 for legal persons, in its
 * order, without its personal columns; the others have no official template, and theirs are written down in
 * `docs/forms.md`.
 */

import {
  authorityColumns,
  documentColumns,
  type Form,
  optional,
  partyColumns,
  required,
  sourceColumns,
  subjectColumns,
} from './columns.ts';

const penalty: Form = {
  type: 'penalty',
  title: { zh: '行政处罚', en: 'Administrative penalty' },
  columns: [
    ...partyColumns('CF'),
    required('document-number', 'document.number', '行政处罚决定书文号', {
      code: 'CF_WSH',
      also: ['处罚决定书文号'],
      longest: 256,
    }),
    required('text', 'violation', '违法行为类型', { code: 'CF_WFXW', longest: 4096 }),
    required('text', 'facts', '违法事实', { code: 'CF_SY', longest: 4096 }),
    required('text', 'basis', '处罚依据', { code: 'CF_YJ', longest: 4096 }),
    required('many-listed', 'categories', '处罚类别', { code: 'CF_CFLB', list: 'penalty-category' }),
    required('text', 'content', '处罚内容', { code: 'CF_NR', longest: 4096 }),
    optional('amount', 'fine', '罚款金额(万元)', { code: 'CF_NR_FK', also: ['罚款金额(单位:万元)'] }),
    optional('amount', 'confiscation', '没收违法所得、没收非法财物的金额(万元)', {
      code: 'CF_NR_WFFF',
      also: ['没收违法所得、没收非法财物的金额(单位:万元)', '没收违法所得、没收非法财物金额(万元)'],
    }),
    optional('text', 'licence', '暂扣或吊销证照名称及编号', { code: 'CF_NR_ZKDX', longest: 1024 }),
    required('day', 'document.date', '处罚决定日期', { code: 'CF_JDRQ' }),
    optional('end-day', 'validUntil', '处罚有效期', { code: 'CF_YXQ' }),
    optional('end-day', 'publicity.until', '公示截止期', { code: 'CF_GSJZQ', also: ['公示截止日期', '公示截止日'] }),
    required('text', 'document.authority.name', '处罚机关', { code: 'CF_CFJG', longest: 256 }),
    required('uscc', 'document.authority.uscc', '处罚机关统一社会信用代码', { code: 'CF_CFJGDM' }),
    required('text', 'source.name', '数据来源单位', { code: 'CF_SJLY', longest: 256 }),
    required('uscc', 'source.uscc', '数据来源单位统一社会信用代码', { code: 'CF_SJLYDM' }),
    optional('text', 'remarks', '备注', { code: 'BZ', longest: 4096 }),
  ],
  decidedOn: 'document.date',
  authority: 'document.authority.uscc',
  key: ['document.number', 'document.authority.uscc'],
};

const dishonesty: Form = {
  type: 'dishonesty',
  title: { zh: '知识产权失信行为', en: 'Dishonesty in intellectual property' },
  columns: [
    ...subjectColumns,
    ...documentColumns('认定'),
    required('listed', 'conduct', '失信行为', { list: 'conduct', also: ['失信行为类型'] }),
    optional('listed', 'form', '非正常专利申请情形', { list: 'conduct-form' }),
    optional('text', 'facts', '失信事实', { longest: 4096 }),
    optional('many-listed', 'measures', '管理措施', { list: 'measure' }),
    optional('end-day', 'publicity.until', '公示截止期', { also: ['公示截止日期', '公示截止日'] }),
    ...sourceColumns,
  ],
  decidedOn: 'document.date',
  authority: 'document.authority.uscc',
  key: ['document.number', 'document.authority.uscc'],
};

const seriousList: Form = {
  type: 'serious-list',
  title: { zh: '严重违法失信名单', en: 'List of serious dishonesty' },
  columns: [
    ...subjectColumns,
    ...documentColumns('列入'),
    required('listed', 'ground', '列入事由', { list: 'serious-ground', also: ['列入情形', '列入原因'] }),
    optional('text', 'facts', '失信事实', { longest: 4096 }),
    optional('many-listed', 'measures', '管理措施', { list: 'measure' }),
    optional('end-day', 'publicity.until', '公示截止期', { also: ['公示截止日期', '公示截止日'] }),
    ...sourceColumns,
  ],
  decidedOn: 'document.date',
  authority: 'document.authority.uscc',
  key: ['document.number', 'document.authority.uscc'],
};

const permit: Form = {
  type: 'permit',
  title: { zh: '行政许可', en: 'Administrative permit' },
  columns: [
    ...partyColumns('XK'),
    required('text', 'documentName', '行政许可决定文书名称', {
      code: 'XK_XKWS',
      also: ['许可决定文书名称'],
      longest: 256,
    }),
    required('document-number', 'document.number', '行政许可决定文书号', {
      code: 'XK_WSH',
      also: ['许可决定文书号', '行政许可决定文书文号'],
      longest: 256,
    }),
    required('listed', 'category', '许可类别', { code: 'XK_XKLB', list: 'permit-category' }),
    optional('text', 'certificate', '许可证书名称', { code: 'XK_XKZS', longest: 256 }),
    optional('code', 'licenceNumber', '许可编号', { code: 'XK_XKBH', longest: 256 }),
    required('text', 'content', '许可内容', { code: 'XK_NR', longest: 4096 }),
    required('day', 'document.date', '许可决定日期', { code: 'XK_JDRQ' }),
    required('day', 'validFrom', '有效期自', { code: 'XK_YXQZ' }),
    optional('end-day', 'validUntil', '有效期至', { code: 'XK_YXQZI' }),
    required('text', 'document.authority.name', '许可机关', { code: 'XK_XKJG', longest: 256 }),
    required('uscc', 'document.authority.uscc', '许可机关统一社会信用代码', { code: 'XK_XKJGDM' }),
    optional('listed', 'status', '当前状态', { code: 'XK_ZT', list: 'permit-status' }),
    required('text', 'source.name', '数据来源单位', { code: 'XK_LYDW', longest: 256 }),
    required('uscc', 'source.uscc', '数据来源单位统一社会信用代码', { code: 'XK_LYDWDM' }),
    optional('text', 'remarks', '备注', { code: 'BZ', longest: 4096 }),
  ],
  decidedOn: 'document.date',
  authority: 'document.authority.uscc',
  key: ['document.number', 'document.authority.uscc'],
};

const grade: Form = {
  type: 'grade',
  title: { zh: '信用评价等级', en: 'Credit grade' },
  columns: [
    ...subjectColumns,
    optional('agency-code', 'agencyCode', '代理机构代码'),
    required('scheme', 'scheme', '评价办法', { list: 'grade-scheme', also: ['评价方案'], longest: 128 }),
    required('grade', 'grade', '信用等级', { also: ['评价等级', '等级'], longest: 16 }),
    optional('score', 'score', '信用得分', { also: ['得分', '分值'] }),
    required('day', 'gradedOn', '评价日期'),
    optional('end-day', 'validUntil', '有效期至'),
    ...authorityColumns('authority', '评价'),
    ...sourceColumns,
  ],
  decidedOn: 'gradedOn',
  authority: 'authority.uscc',
  key: ['scheme', 'subject.uscc', 'gradedOn', 'authority.uscc'],
};

const commendation: Form = {
  type: 'commendation',
  title: { zh: '守信激励与荣誉', en: 'Commendation' },
  columns: [
    ...subjectColumns,
    required('text', 'honour', '荣誉名称', { also: ['表彰名称', '奖项名称'], longest: 256 }),
    optional('listed', 'level', '荣誉级别', { list: 'honour-level' }),
    optional('text', 'content', '表彰内容', { longest: 4096 }),
    ...documentColumns('表彰'),
    optional('end-day', 'validUntil', '有效期至'),
    ...sourceColumns,
  ],
  decidedOn: 'document.date',
  authority: 'document.authority.uscc',
  key: ['document.number', 'document.authority.uscc'],
};

/** A warning has no number that everyone gives one, so its matter names it among those of the day. */
const warning: Form = {
  type: 'warning',
  title: { zh: '信用预警', en: 'Credit warning' },
  columns: [
    ...subjectColumns,
    required('text', 'matter', '预警事项', { also: ['预警内容'], longest: 512 }),
    required('listed', 'level', '预警等级', { list: 'warning-level', also: ['预警级别'] }),
    optional('text', 'advice', '整改建议', { also: ['整改要求'], longest: 4096 }),
    required('day', 'warnedOn', '预警日期'),
    optional('day', 'dueOn', '整改截止日', { also: ['整改截止日期', '整改期限'] }),
    ...authorityColumns('authority', '预警'),
    ...sourceColumns,
  ],
  decidedOn: 'warnedOn',
  authority: 'authority.uscc',
  key: ['subject.uscc', 'warnedOn', 'authority.uscc', 'matter'],
};

/** Every form, by the type of its bulletins. */
export const forms: ReadonlyMap<string, Form> = new Map(
  [penalty, dishonesty, seriousList, permit, grade, commendation, warning].map((form) => [form.type, form]),
);
