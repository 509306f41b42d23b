/** What a column of an import form is, and the columns that several forms share. */

/** How a cell of the column is read; `cell.ts` has one reader for each. */
export type ColumnKind =
  /** Free text. */
  | 'text'
  /** A number that is text: must not be a numeric cell, because Excel keeps fifteen digits. */
  | 'code'
  /** A code that is free of the search for identity numbers: the number of a document. */
  | 'document-number'
  | 'uscc'
  | 'organisation-code'
  | 'agency-code'
  | 'day'
  /** A day that may be "no end". */
  | 'end-day'
  /** 万元 */
  | 'amount'
  | 'score'
  /** One label of a code list. */
  | 'listed'
  /** Several, separated by 、；;，, */
  | 'many-listed'
  /** 评价办法: a label of its code list, or `地方:` and a name. */
  | 'scheme'
  /** 信用等级: `A+`, or what a local scheme says. */
  | 'grade';

export interface Column {
  /** The column's name as the form has it. */
  zh: string;
  /** Other names under which it is known. */
  also?: readonly string[];
  /** The field code of the standard: `CF_WSH`. */
  code?: string;
  kind: ColumnKind;
  required: boolean;
  /** Where the value goes in the body, dotted. `subject.uscc` is no member of a body: it becomes the bulletin's `sub_id`. */
  path: string;
  /** Longest text, in characters. */
  longest?: number;
  /** Which code list of `config/codes.yaml`. */
  list?: string;
}

export interface Form {
  type: string;
  title: { zh: string; en: string };
  columns: readonly Column[];
  /** Paths of the day and of the authority that decided. */
  decidedOn: string;
  authority: string;
  /** Paths that, with the type, name the record among all: the natural key. */
  key: readonly string[];
}

/** A required column. */
export function required(kind: ColumnKind, path: string, zh: string, more: Partial<Column> = {}): Column {
  return { zh, kind, path, required: true, ...more };
}

/** A column that may be missing, or empty in a row. */
export function optional(kind: ColumnKind, path: string, zh: string, more: Partial<Column> = {}): Column {
  return { zh, kind, path, required: false, ...more };
}

export const subjectColumns: readonly Column[] = [
  required('text', 'subject.name', '主体名称', {
    also: ['信用主体名称', '单位名称', '企业名称', '机构名称'],
    longest: 256,
  }),
  optional('listed', 'subject.kind', '主体类别', { list: 'subject-kind' }),
  required('uscc', 'subject.uscc', '统一社会信用代码', { also: ['主体统一社会信用代码', '信用主体统一社会信用代码'] }),
];

export const sourceColumns: readonly Column[] = [
  optional('text', 'source.name', '数据来源单位', { longest: 256 }),
  optional('uscc', 'source.uscc', '数据来源单位统一社会信用代码'),
  optional('text', 'remarks', '备注', { longest: 4096 }),
];

/** The document by which an authority decided; `of` is the word of the form: 认定, 表彰. */
export function documentColumns(of: string): readonly Column[] {
  return [
    required('document-number', 'document.number', `${of}文书号`, {
      also: [`${of}文号`, `${of}决定书文号`],
      longest: 256,
    }),
    required('day', 'document.date', `${of}日期`),
    ...authorityColumns('document.authority', of),
  ];
}

/** The authority that decided. */
export function authorityColumns(path: string, of: string): readonly Column[] {
  return [
    required('text', `${path}.name`, `${of}机关`, { also: [`${of}单位`], longest: 256 }),
    required('uscc', `${path}.uscc`, `${of}机关统一社会信用代码`, { also: [`${of}单位统一社会信用代码`] }),
  ];
}

/**
 * Names of columns about natural persons, in whatever form they stand, spelt without blanks and underscores: their cells
 * are counted and never read. A column that the form itself has is not meant.
 */
export const personalName =
  /法定代表人|法人代表|负责人|经营者|联系人|姓名|电话|手机|专利代理师|执业证|身份证|身份号码|证件|^(CF|XK)(FRDB|FRSFZH|FRZJLX|FRZJHM|XDRZJLX|XDRZJHM)$/;

/** Those of them that, in a table without subjects' USCCs, say that its subjects are natural persons. */
export const certificateName = /身份证|身份号码|证件|SFZH$|ZJLX$|ZJHM$/;

/** Columns that say nothing of the record and are passed over in silence. */
export const idleColumns: readonly string[] = ['序号', '行号'];
