"""Stock as other systems tell it: whose word counts where, how far it has gone, when it
was true. A feed is one source's sequence of files; a document is counted once."""
