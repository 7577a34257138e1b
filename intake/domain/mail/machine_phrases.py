"""The words by which machines betray themselves: providers' sentences, Chinese and English, as tables."""

from __future__ import annotations

import re

_COLON = r"\s*[:：]"
_I = re.IGNORECASE

BOUNCE_SENDERS = re.compile(
    r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|postmaster|mdaemon|microsoftexchange[0-9a-f]*|bounces?"
    r"|maildelivery"
    r"|mail-?delivery-?(?:sub)?system|system-?mail|system-?admin)(?:@|$)",
    _I,
)
BOUNCE_SENDER_NAMES = re.compile(
    r"mail delivery (?:sub)?system|mail delivery service|系统退信|邮件投递系统|邮件系统管理员|退信通知"
    r"|microsoft outlook",
    _I,
)
BOUNCE_SUBJECTS = re.compile(
    r"^\s*已(?:成功)?(?:送达|传递|投递|中继|展开)\s*[:：]|^\s*(?:delivered|relayed|expanded)\s*:"
    r"|^\s*(?:rejected|blocked)\s*:|拒收|投递(?:延时|结果)|退信|退件|邮件退回|被退回|投递失败|投递延迟|发送失败|无法投递|无法送达|未能送达|未送达|未传递|未传送"
    r"|无法传递|传递失败|延迟送达"
    r"|传递延迟|无法递送|无法寄达|已延迟|undeliver|non-?deliver(?:able|y)"
    r"|delivery (?:status|failure|has failed|delayed|incomplete|report)"
    r"|returned (?:mail|to sender)|mail (?:delivery )?(?:failed|failure|system error|delivery subsystem)"
    r"|failure notice|failed delivery|could not be delivered|delayed(?: mail|\s*[:：])"
    r"|^warning: (?:message|could not)|無法(?:傳遞|送達|投遞|寄達)|(?:傳遞|投遞)失敗|未傳遞|傳遞延遲"
    r"|message you sent (?:was )?blocked",
    _I,
)
BOUNCE_BODIES = re.compile(
    r"您的邮件被退回|邮件被退回|退信原因|无法(?:投递|送达|传递)(?:到|给)?(?:以下|下列)|未能(?:投递|送达"
    r"|传递)(?:到|给)?(?:以下|下列)"
    r"|无法(?:投递|送达)(?:邮件|您的邮件)|传递到以下收件人或组|系统无法传递|收件人.{0,12}(?:不存在|拒收"
    r"|已满)"
    r"|wasn['’]t (?:delivered|found at)|(?:could not|couldn['’]t) be delivered|delivery has failed"
    r"|undeliverable"
    r"|permanent (?:fatal )?error|wasn't able to deliver|unable to deliver|following address(?:es)? failed"
    r"|delivery to the following recipients? (?:failed|has been delayed)"
    r"|message (?:you sent )?(?:has not been|was not) delivered"
    r"|投递失败(?:的收件人|[:：])|邮件(?:暂时)?未能(?:投递|送达)(?!到?您)|(?:未能送达|无法送达)收件人|(?:拒收|拒绝|拦截)了?您的邮件"
    r"|\b[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}|mailbox|user|quota|recipient|no such|relay|message|spam)"
    r"|(?:was|been) (?:rejected|blocked)|quota exceeded"
    r"|did not reach the following recipient|recipient address rejected|user unknown|mailbox (?:is )?full",
    _I,
)

AUTO_SUBJECTS = re.compile(
    r"^\s*+[\[【（(]?\s*+(?:自动(?:回复|答复|回覆|应答)|自動(?:回覆|回復|答覆)|(?:假期|休假"
    r"|外出)(?:自动)?(?:回复|答复|通知)|不在办公室|(?:外出|不在)(?=\s?[:：])"
    r"|auto(?:matic)?[\s_-]{0,3}(?:reply|response|answer|responder)|out[\s-]of[\s-](?:the[\s-])?office"
    r"|ooo|vacation (?:reply|notice))"
    rf"\s*(?:[\]】）)]|邮件|通知|reply|message|autoreply)?(?:{_COLON}|\s*[-—]|\s+re\b|\s*$|(?<=[\]】）)]))"
    r"|[（(\[【](?:系统)?(?:自动回复|自动答复|auto-?reply)(?:[，,]?请勿(?:直接)?回复)?[）)\]】]\s*$",
    _I,
)
_MAIL = r"(?:邮件|郵件|信件|电子邮件|信|回复)"
AUTO_BODIES = re.compile(
    # A mail speaks of itself; whoever writes about an automatic reply that he got does not.
    rf"(?<![的到问说])(?:这是(?:一封|封)?来自\S{{1,12}}?(?:邮箱|邮件)的(?:假期)?自动(?:回复|答复){_MAIL}"
    rf"|这(?:是|封)(?:一封|封)?{_MAIL}?(?:是|为)?(?:由)?(?:系统|邮件系统|邮箱)?(?:自动发出的)?自动(?:回复"
    rf"|答复|应答|发送|发出|生成)的?{_MAIL}?"
    rf"|(?:此|本){_MAIL}(?:是|为)?(?:由)?(?:系统|邮件系统|邮箱系统|邮箱)?(?:自动(?:回复|答复|发出|发送"
    rf"|生成)|发出的自动回复))(?![吗么嘛]|还是|\s?[?？])"
    rf"|(?:^|\n)\s*[\[【（(]?(?:系统)?自动(?:回复|答复)(?:邮件)?[\]】）)]?\s*(?:[:：，,。！!]|\n|$)"
    r"|此为系统自动(?:回复|邮件)|系统自动(?:回复|发送|发出)，?(?:请勿|无需|不必)|(?:请勿|无需"
    r"|不必)(?:直接)?回复(?:此|本)(?:系统|自动)?邮件"
    r"|this is an? (?:automat(?:ic|ed)|auto)[\s-]*(?:reply|response|message|e-?mail|generated)"
    r"|(?:automat(?:ic|ed)|auto)[\s-]*(?:reply|response) (?:from|to your)"
    r"|(?:please )?do not reply to this (?:automated )?(?:e-?mail|message)",
    _I,
)
AWAY = re.compile(
    r"我(?:最近|目前|现在|近期|将|已|会|这几天|暂时)?正?(?:在|于)?\S{0,12}(?:休假|度假|放假|年假|产假"
    r"|出差|外出|离岗|不在办公室|不在岗)(?:中|期间)?"
    r".{0,30}(?:无法|不能|不便|暂不|未能|稍后|尽快|返回后|回来后|假期结束后|届时|上班后)"
    r"|无法亲自回复您的邮件|(?:将|会)在假期结束后.{0,6}(?:给您)?(?:回复|答复)"
    r"|i(?:'m| am| will be)\s+(?:currently\s+)?(?:out of (?:the )?office|away from (?:the office"
    r"|my (?:desk|e-?mail))|on (?:annual |sick )?(?:leave|vacation|holiday))"
    r"|(?:limited|no) access to (?:my )?e-?mail",
    _I | re.DOTALL,
)
"""An absence told to whomever it may concern; in a long letter it is news among other."""

ACKNOWLEDGED = re.compile(
    r"(?:(?:您|你)?(?:的|发来的|发送的|发给我的)?(?:来信|邮件|信件|来件|e-?mail)(?:我|我们|本人"
    r"|本单位)?(?:已经|已|均已|现已)(?:经)?(?:收到|收悉|收阅)"
    r"|(?:我|我们|本人|本单位)?(?:已经|已)(?:收到|收悉)(?:您|你|贵\S{1,4})?(?:的|发来的)?(?:来信|邮件"
    r"|信件|来件)"
    r"|your (?:e-?mail|message|mail) (?:has been|was) received|(?:i|we) have received your (?:e-?mail"
    r"|message))",
    _I,
)
THANKS = re.compile(
    r"收到|收悉|知悉|明白|了解|谢谢|感谢|多谢|辛苦|回执|来信|邮件|贵单位|我单位|我们|老师|领导|工作|顺利"
    r"|愉快|周末|支持|顺祝商祺|此致|敬礼|安好"
    r"|已经|非常|十分|[好的嗯您你我了啦请祝已们]|thanks?(?: you)?|okay|ok|received|noted|got it|(?:best"
    r"|kind) regards|[\W_]",
    _I,
)
"""Words of thanks and acknowledgement: nobody waits for an answer to a mail that has no others."""

_ASKS = re.compile(
    r"[?？]|请问|咨询|请教|能否|可否|是否|能不能|可不可以|怎么|如何|为什么|什么时候|多少|麻烦(?:您|老师)"
    r"|恳请|申请|延期|how |when |could you|can (?:we|i)\b",
    _I,
)


def asks(words: str) -> bool:
    """True where a person wants to know something; the question mark of a web address is none."""
    return bool(_ASKS.search(re.sub(r"https?://\S+", "", words)))


READ_SUBJECTS = re.compile(
    rf"^\s*(?:已阅?读(?:回执)?|未读(?:即删除|而删除)?|已阅|邮件已(?:被)?(?:打开|查看|阅读)|阅读回执|已读回执|邮件(?:阅读|已读)回执"
    rf"|read(?: receipt)?|not read|return receipt"
    rf"|disposition notification|displayed)(?:{_COLON}|\s*[（(-])",
    _I,
)
READ_BODIES = re.compile(
    r"(?:邮件|郵件|信件).{0,60}(?:已(?:被|于|在)?.{0,30}(?:阅读|打开|查看|显示)|被阅读)|已读回执|阅读回执"
    r"|(?:was|has been) (?:read|displayed|deleted without being read)|return receipt",
    _I | re.DOTALL,
)
RECALL_SUBJECTS = re.compile(
    rf"^\s*(?:请求)?(?:撤回|召回|收回|回收|recall)(?:邮件|郵件|消息|message)?(?:通知)?{_COLON}"
    rf"|^\s*邮件(?:撤回|召回)(?:通知|提醒)(?:{_COLON}|\s*$)",
    _I,
)
RECALL_BODIES = re.compile(
    r"(?:将|想|想要|希望|要求|请求|要|已)(?:撤回|召回|收回|回收)(?:了)?(?:以下|这封|该|此)?(?:邮件|郵件)"
    r"|(?:撤回|召回|收回)了.{0,12}(?:邮件|郵件)"
    r"|would like to recall the message|recall(?:ed)? (?:this|the) message",
    _I,
)
INVITATIONS = re.compile(
    rf"^\s*(?:会议邀请|日程邀请|邀请(?:函)?|更新的邀请|已?更新|已接受|接受|已?拒绝|谢绝|暂定|已?取消"
    rf"|(?:updated )?invitation|accepted|declined|tentative"
    rf"|cancell?ed(?: event)?|new time proposed)(?:{_COLON}|\s*[(（@-])",
    _I,
)
MEETINGS = re.compile(
    r"会议邀请|日程邀请|邀请您(?:参加|加入).{0,20}会议|腾讯会议|入会链接|会议号|teams 会议|zoom meeting"
    r"|microsoft teams|invited you to|join the meeting|calendar invitation",
    _I,
)

ACCOUNT_SUBJECTS = re.compile(
    r"异地登[录陆]|(?:登[录陆]|安全|容量|空间|密码|授权码|验证码|账号|帐号|套餐|续费)(?:异常|不足|已满|变更|到期|过期|将满)?(?:提醒|通知|提示|告警|验证)"
    r"|(?:邮箱|账号|帐号)(?:系统|即将|将)?(?:安全|异常|容量|空间|升级|停用|到期)|验证码[:：是]"
    r"|(?:security|sign-?in|storage|password) (?:alert|notice|notification|warning)"
    r"|(?:unusual|new) sign-?in|verification code|mailbox (?:is )?(?:almost )?full",
    _I,
)
ACCOUNT_BODIES = re.compile(
    r"非(?:您)?本人(?:操作|登[录陆])|修改(?:您的)?(?:登[录陆])?密码|(?:登[录陆])(?:地点|时间|设备|ip)|异地(?:ip)?登[录陆]"
    r"|(?:邮箱|邮件|存储)(?:容量|空间)|验证码|授权码|(?:账号|帐号|账户)(?:将|已)(?:被|于)|(?:套餐|服务).{0,6}到期"
    r"|(?:if|in case) (?:this|it) was(?:n['’]t| not) you|change your password"
    r"|verification code|storage quota",
    _I,
)
"""What a provider writes to the owner of a mailbox; subject and body must both sound so."""

QUARANTINE_SUBJECTS = re.compile(
    r"隔离(?:邮件|区|摘要|报告|通知)|被(?:系统)?(?:隔离|拦截)|(?:垃圾|可疑|拦截)邮件(?:拦截|隔离)?(?:摘要|报告|隔离|通知|汇总|清单|日报)"
    r"|quarantine|spam (?:digest|report|summary|notification)|messages? (?:on hold|held)",
    _I,
)
QUARANTINE_BODIES = re.compile(
    r"(?:邮件|郵件).{0,30}(?:隔离|拦截)|(?:隔离|拦截).{0,30}(?:邮件|郵件)|释放|放行|quarantin|\brelease\b", _I
)
ADVERTISING = re.compile(
    r"代[开開].{0,12}(?:发票|發票|票据)|(?:发票|發票).{0,6}代[开開]|代(?:写|发)论文|论文代(?:写|发)|职称代评"
    r"|论文润色|代发表|包发表|刻章办证|办证刻章|(?:低息|无抵押|信用|快速)贷款"
    r"|(?:博彩|六合彩|百家乐|成人视频)"
    r"|(?:限时|特价|新用户|全场|满\d{1,5}减)\S{0,10}(?:优惠|促销|折扣|抢购|特惠)"
    r"|\b(?:buy now|limited offer|special offer)\b",
    _I,
)
"""What nobody writes who recommends somebody, or asks how to."""

UNSUBSCRIBE = re.compile(
    r"退订|取消订阅|取消关注邮件|不(?:想|愿|希望)再(?:收到|接收).{0,12}(?:邮件|信息)|拒收(?:此类|此)邮件"
    r"|unsubscribe|opt[\s-]?out|manage (?:your )?(?:subscription|preferences)",
    _I,
)
MOBILE_SIGNATURES = re.compile(
    r"(?:发自|来自|发送自|由)\s?(?:我的|我|网易|qq|foxmail|小米|华为|荣耀|vivo|oppo|魅族|三星|苹果"
    r"|outlook|手机|安卓)[^\n]{0,40}(?:发送)?"
    r"|sent from (?:my|mail for|outlook)[^\n]{0,40}|get outlook for (?:ios|android)[^\n]{0,20}"
    r"|获取\s?outlook[^\n]{0,20}"
    r"|(?<!-)-{2,}+\s*+(?:原始邮件|original message)\s*+-{2,}",
    _I,
)
SUBJECT_MARKS = re.compile(
    r"^(?:\s*(?:re|fwd?|fw|回复|答复|转发|转寄|无主题|\(no subject\)|[（(]?无主题[）)]?"
    r"|no subject)\s*[:：]?)+\s*",
    _I,
)
