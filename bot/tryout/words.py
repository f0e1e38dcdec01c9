"""What the try-out's page reads of Kith's own, in the three languages of the page."""

from collections.abc import Mapping
from types import MappingProxyType

Said = dict[str, str]


def said(english: str, traditional: str, simplified: str) -> Said:
    """A text for the page, which shows the one that its reader reads."""
    return {"en": english, "zh-hant": traditional, "zh-hans": simplified}


# Whom one can be, in the order in which the page offers them.
ROLES = (
    {
        "role": said(
            "newcomer",
            "新人",
            "新人",
        ),
        "about": said(
            "Is about to join; nobody knows them yet.",
            "正要加入，還沒有人認識。",
            "正要加入，还没有人认识。",
        ),
    },
    {
        "role": said(
            "member",
            "成員",
            "成员",
        ),
        "about": said(
            "Has been here for a while and has some points.",
            "來了一陣子，有一些積分。",
            "来了一阵子，有一些积分。",
        ),
    },
    {
        "role": said(
            "admin",
            "管理員",
            "管理员",
        ),
        "about": said(
            "Owns the group and added Kith to it. Set-up and settings are hers.",
            "群組是她的，Kith 是她加進來的，設定也由她來。",
            "群是她的，Kith 是她加进来的，设置也由她来。",
        ),
    },
    {
        "role": said(
            "stranger",
            "陌生人",
            "陌生人",
        ),
        "about": said(
            "Was sent an invite link and may follow it.",
            "收到一個邀請連結，可以用它加入。",
            "收到一个邀请链接，可以用它加入。",
        ),
    },
)

# The steps of the tour.
TOUR = (
    {
        "title": said(
            "You can be everybody",
            "你可以是任何人",
            "你可以是任何人",
        ),
        "text": said(
            "You begin as a newcomer. Press here to be a member, the admin, a stranger with an invite "
            "link, or anybody of the crowd.",
            "一開始你是新人。按這裡可以換成成員、管理員、拿著邀請連結的陌生人，或群組裡的任何人。",
            "一开始你是新人。点这里可以换成成员、管理员、拿着邀请链接的陌生人，或群里的任何人。",
        ),
    },
    {
        "title": said(
            "The group and Kith",
            "群組和 Kith",
            "群和 Kith",
        ),
        "text": said(
            "Join the group and say hello. At the end of the list is your own private chat with Kith.",
            "加入群組，打個招呼。清單最後是你和 Kith 的私訊。",
            "加入群，打个招呼。列表最后是你和 Kith 的私聊。",
        ),
    },
    {
        "title": said(
            "Ask Kith",
            "問問 Kith",
            "问问 Kith",
        ),
        "text": said(
            "Write a few sentences, reply, react. Then type / and choose: /me tells your points, and a "
            "button under its answer tells more in private.",
            "說幾句話，回覆別人，按按表情，再輸入 / 選一個指令：/me 會告訴你有多少分，下面的按鈕會在私訊裡說得更多。",
            "说几句话，回复别人，点点表情，再输入 / 选一个指令：/me 会告诉你有多少分，下面的按钮会在私聊里说得更多。",
        ),
    },
    {
        "title": said(
            "Let the others live",
            "讓其他人生活",
            "让其他人生活",
        ),
        "text": said(
            "Some forty people talk, help, lurk and like, in three languages. Give them a day and look at "
            "what became of it.",
            "大約四十個人，用三種語言聊天、幫忙、潛水、按讚。給他們一天，看看會變成什麼樣子。",
            "大约四十个人，用三种语言聊天、帮忙、潜水、点赞。给他们一天，看看会变成什么样子。",
        ),
    },
    {
        "title": said(
            "Let time pass",
            "讓時間過去",
            "让时间过去",
        ),
        "text": said(
            "Skip to the next morning or over a week. Whatever falls due on the way happens at its own time.",
            "跳到隔天早上，或跳過一週。途中到期的事，都會在該發生的時候發生。",
            "跳到第二天早上，或跳过一周。途中到期的事，都会在该发生的时候发生。",
        ),
    },
    {
        "title": said(
            "Look inside",
            "看看裡面",
            "看看里面",
        ),
        "text": said(
            "The panel shows what Kith stores while you watch: each point with its reason, what it is "
            "about to say, and every call it makes.",
            "面板會即時顯示 Kith 存了什麼：每一分的原因、它準備說的話，還有它的每一次呼叫。",
            "面板会实时显示 Kith 存了什么：每一分的原因、它准备说的话，还有它的每一次调用。",
        ),
    },
)

# What is said in the scene, by the people whom one can be.
SCENE: Mapping[str, Said] = MappingProxyType(
    {
        "group": said("Readers' corner", "讀書角", "读书角"),
        "books": said("Book of the month", "本月共讀", "本月共读"),
        "rest": said("Off topic", "閒聊", "闲聊"),
        "poster": said("Poster in the library", "圖書館海報", "图书馆海报"),
        "welcome": said(
            "Welcome! What are you reading this week?", "歡迎！大家這週在讀什麼？", "欢迎！大家这周在读什么？"
        ),
        "bees": said(
            "A book about bees. They vote by dancing!",
            "一本講蜜蜂的書，牠們用跳舞投票！",
            "一本讲蜜蜂的书，它们用跳舞投票！",
        ),
    }
)

# What is stored, by how it is called in English.
STORED: Mapping[str, Said] = MappingProxyType(
    {
        each["en"]: each
        for each in (
            said("members", "位成員", "位成员"),
            said("entries in the ledger", "筆帳", "笔账"),
            said("points in it", "分在帳上", "分在账上"),
            said("messages waiting", "則訊息在等", "条消息在等"),
            said("messages sent", "則訊息已送出", "条消息已发出"),
            said("failures", "次失敗", "次失败"),
            said("Ledger", "帳本", "账本"),
            said(
                "Every point is an entry; none is ever changed.",
                "每一分都是一筆帳，記了就不改。",
                "每一分都是一笔账，记了就不改。",
            ),
            said(
                "Nobody has earned anything yet. Write something in the group.",
                "還沒有人拿到分，在群組裡說句話吧。",
                "还没有人拿到分，在群里说句话吧。",
            ),
            said("wrote a message", "發言", "发言"),
            said("answered somebody", "回覆別人", "回复别人"),
            said("liked something", "按了表情", "点了表情"),
            said("was liked", "收到表情", "收到表情"),
            said("given by an administrator", "管理員加分", "管理员加分"),
            said("taken by an administrator", "管理員扣分", "管理员扣分"),
            said("taken back: wrote a message", "收回：發言", "收回：发言"),
            said("taken back: answered somebody", "收回：回覆別人", "收回：回复别人"),
            said("taken back: liked something", "收回：按了表情", "收回：点了表情"),
            said("taken back: was liked", "收回：收到表情", "收回：收到表情"),
            said("taken back: given by an administrator", "收回：管理員加分", "收回：管理员加分"),
            said("taken back: taken by an administrator", "收回：管理員扣分", "收回：管理员扣分"),
            said("Outbox", "寄件匣", "发件箱"),
            said(
                "What is to be said or done, and when. It is written down before it is sent.",
                "要說什麼、做什麼、什麼時候。送出之前先寫下來。",
                "要说什么、做什么、什么时候。发出之前先写下来。",
            ),
            said("Nothing waits to be said.", "沒有要說的話。", "没有要说的话。"),
            said("due", "預定", "预定"),
            said("waiting", "等候中", "等候中"),
            said("sending", "傳送中", "发送中"),
            said("sent", "已送出", "已发出"),
            said("held back", "沒有送出", "没有发出"),
            said("failed", "失敗", "失败"),
            said("in doubt", "不確定", "不确定"),
            said("Failures", "失敗", "失败"),
            said(
                "Updates that could not be taken in, and calls that Telegram refused.",
                "沒能收進來的更新，和 Telegram 拒絕的呼叫。",
                "没能收进来的更新，和 Telegram 拒绝的调用。",
            ),
            said("None, as it should be.", "沒有，本來就該沒有。", "没有，本来就该没有。"),
            said("an update", "一則更新", "一条更新"),
            said("refused", "被拒絕", "被拒绝"),
        )
    }
)


def in_all(english: str) -> Said | str:
    """What the page shows of something stored; what a feature has not named here stays as it is."""
    return STORED.get(english, english)
